"""Saying plainly where a figure misses its target. It stops nothing: another machine may reach it."""

missed: list[str] = []


def told(what: str, figure: float, *, at_most: float | None = None, at_least: float | None = None) -> None:
    """Print and remember that a figure is beyond its target."""
    if at_most is not None and figure > at_most:
        missed.append(f"{what}: {figure:.2f}, at most {at_most:g} is wanted")
    elif at_least is not None and figure < at_least:
        missed.append(f"{what}: {figure:.2f}, at least {at_least:g} is wanted")
    else:
        return
    print(f"TARGET MISSED: {missed[-1]}", flush=True)


def summary() -> None:
    """Print all that was missed once more, or that nothing was."""
    print(f"{len(missed)} targets missed" if missed else "all targets reached")
    for line in missed:
        print(f"  {line}")
