"""What is wanted of a figure, said beside it. It stops nothing: another machine may reach what this one misses."""

missed: list[str] = []


def told(what: str, figure: float, *, at_most: float | None = None, at_least: float | None = None) -> None:
    """Print a figure beside its target, and remember it where it is beyond."""
    reached = (at_most is None or figure <= at_most) and (at_least is None or figure >= at_least)
    wanted = f"at most {at_most:g}" if at_most is not None else f"at least {at_least:g}"
    said = f"{what}: {figure:.2f}, {wanted} is wanted"
    if not reached:
        missed.append(said)
    print(f"{'target' if reached else 'TARGET MISSED'}: {said}", flush=True)


def summary() -> None:
    """Print all that was missed once more, or that nothing was."""
    print(f"{len(missed)} targets missed" if missed else "all targets reached")
    for line in missed:
        print(f"  {line}")
