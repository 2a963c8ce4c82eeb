"""Several changes as one."""

from mockserver.ricloud.blueprint import Blueprint, Change


def in_turn(*changes: Change) -> Change:
    """All these changes, the first one first."""

    def apply(blueprint: Blueprint) -> Blueprint:
        for change in changes:
            blueprint = change(blueprint)
        return blueprint

    return apply
