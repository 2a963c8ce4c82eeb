"""What the server does differently on request: faults, each of which breaks one requirement, and permitted readings."""
