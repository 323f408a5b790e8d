"""The card that a check shows in the notebook: outcome, each property with its points, and what to do next."""

from html import escape

__all__ = ["card"]

_STYLE = """
.isnine-card { border: 1px solid #8886; border-left: 0.4rem solid var(--c); border-radius: 0.5rem;
  padding: 0.7rem 1rem; margin: 0.3rem 0; max-width: 44rem; font-family: system-ui, sans-serif; line-height: 1.5; color: inherit; }
.isnine-card p { margin: 0.2rem 0; overflow-wrap: anywhere; } .isnine-card b { color: inherit; }
.isnine-card ul { list-style: none; margin: 0.4rem 0 0 !important; padding: 0 !important; }  /* JupyterLab indents lists */
.isnine-card li { display: grid; grid-template-columns: 1.4rem 1fr; margin: 0.3rem 0; overflow-wrap: anywhere; }
.isnine-card .message { display: block; opacity: 0.85; }
"""
_COLOURS = {"not attempted": "#808080", "error": "#D55E00", "wrong": "#E69F00", "right": "#009E73"}


def card(result) -> str:
    """A :class:`~isnine.checks.core.Result` as HTML; everything that came from the learner is escaped."""
    title = {
        "not attempted": "Not attempted yet",
        "error": "Your code stopped with an error",
        "wrong": "Not there yet" if not result.points else "Partly right",
        "right": "Right",
    }[result.outcome]
    lines = []
    if any(
        criterion.passed or criterion.message for criterion in result.criteria
    ):  # else the sentence above says it all
        told = set()
        for criterion in result.criteria:
            mark, word = ("✓", "met") if criterion.passed else ("✗", "not met")
            points = f"{criterion.points:g}&nbsp;of&nbsp;{criterion.max_points:g}"
            again = criterion.message and criterion.message in told  # one cause is told once
            told.add(criterion.message)
            lines.append(
                f'<li><span role="img" aria-label="{word}">{mark}</span><span>{escape(criterion.name)} '
                f"({points}{', for the same reason' if again else ''})"
                + (
                    f'<span class="message">{escape(criterion.message)}</span>'
                    if criterion.message and not again
                    else ""
                )
                + "</span></li>"
            )
    return (
        f'<style>{_STYLE}</style><div class="isnine-card" role="status" style="--c: {_COLOURS[result.outcome]}">'
        f"<p><b>{title}</b> · {result.points:g} of {result.max_points:g} points</p>"
        + (f"<p>{escape(result.message)}</p>" if result.message else "")
        + (f"<ul>{''.join(lines)}</ul>" if lines else "")
        + "</div>"
    )
