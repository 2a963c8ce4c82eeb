"""What must survive: SQLite behind narrow interfaces, one file per slice of the domain.

Each method is one unit of work and one transaction. The domain states what it needs as protocols of its own
(`DeliveryQueue`, `CommandStore`, `AccountStore` …); this package is one way to fulfil them.
"""
