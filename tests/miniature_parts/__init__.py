"""What the miniatures are put together from, whatever their API: a clock, attempts at a receiver, a process.

Nothing of it comes from the reference server or the contract kit.
"""
