"""`handgrad lesson`: derive the report's formulas yourself, exercise after exercise, with verdicts and hints."""

import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from handgrad.commands.prompting import begin, failures_survived, typed_line
from handgrad.commands.streams import console, echo, printable
from handgrad.commands.terminal import STYLES, letters_text
from handgrad.lessons.answers import SIZES, Answer, judged
from handgrad.lessons.exercises import EXERCISES, Exercise, starting_at
from handgrad.lessons.hints import Hint, hints, wanted
from handgrad.lessons.score import Score, score_in

WIDTH = 100
HELP = """\
a formula  in the letters shown, with + - * / ** @ and NumPy's functions as np.<name>: it is judged
hint       where the last answer fails, then what is wrong with it, how to begin, and last the solution
show       the letters with their shapes and meanings
skip       the next exercise; back: the one before
list       all exercises, and what came of them
quit       or the end of the input"""


@click.command()
@click.argument("equation", required=False)
@click.option("--score", "path", type=click.Path(path_type=Path), metavar="FILE", help="Keep the score in this file.")
@click.option("--list", "listed", is_flag=True, help="List the exercises, with what came of them, and end.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the random values.")
def lesson(equation: str | None, path: Path | None, listed: bool, seed: int) -> None:
    """Derive the report's formulas yourself, from EQUATION on or from the first that the score has not as done.

    Each answer is a formula in the letters of the report, and is judged; "hint" says one thing after another.
    """
    score = Score() if path is None else score_in(path)
    place = score.first_open() if equation is None else starting_at(equation)
    if listed:
        show_list(score)
        return
    begin("lesson", "answers")
    click.echo(f"{score.summary()}. Type a formula; hint, show, skip, back, list, help, quit.", err=True)
    try:
        Lesson(score, seed).run(place)
    except KeyboardInterrupt:
        click.echo(f"\n{farewell(score, path)}", err=True)
        raise
    click.echo(farewell(score, path), err=True)


def farewell(score: Score, path: Path | None) -> str:
    """How far one has come, and where that is kept."""
    return score.summary() + ("" if path is None else f"; the score is in {printable(str(path))}")


class Lesson:
    """A walk through the exercises: the one that is asked, and the hints that are left to the last answer to it."""

    def __init__(self, score: Score, seed: int):
        self.score, self.seed = score, seed
        self.place: int | None = None
        self.hints: Iterator[Hint] = iter(())

    @property
    def exercise(self) -> Exercise:
        """The exercise that is asked."""
        assert self.place is not None
        return EXERCISES[self.place]

    def run(self, place: int | None) -> None:
        """From one exercise to the last, as far as the input goes."""
        self.go_to(place)
        while self.place is not None:
            line = typed_line(f"({self.exercise.equation}) > ")
            if line is None:
                return
            with failures_survived():
                self.say(line)
        click.echo("That was the last exercise.", err=True)

    def go_to(self, place: int | None) -> None:
        """Ask another exercise; none after the last."""
        self.place = place if place is not None and place < len(EXERCISES) else None
        if self.place is not None:
            self.heard(None)
            self.ask()

    def heard(self, answer: Answer | None) -> None:
        """An answer, with hints of its own."""
        self.hints = hints(self.exercise, answer)

    def ask(self) -> None:
        """The task, the letters, and what is wanted."""
        assert self.place is not None
        state = self.score[self.exercise].state
        done = {"open": "", "solved": "   solved already", "told": "   the solution was told"}[state]
        letters = ", ".join(f"{name} {shape or 'number'}" for name, shape in self.exercise.claim.shapes(SIZES).items())
        echo("")
        echo((self.exercise.title, "bold"), f"   {self.place + 1} of {len(EXERCISES)}{done}")
        for label, text in (("", self.exercise.task), ("letters: ", letters), ("wanted: ", wanted(self.exercise))):
            width = max(40, min(WIDTH, console().width))
            echo(textwrap.fill(label + text, width, initial_indent="  ", subsequent_indent="  "))

    def say(self, line: str) -> None:
        """Answer one line."""
        assert self.place is not None
        match line:
            case "":
                pass
            case "help":
                echo(HELP)
            case "show":
                echo(letters_text(self.exercise.claim, SIZES))
            case "list":
                show_list(self.score)
            case "skip":
                self.go_to(self.place + 1)
            case "back":
                self.go_to(max(0, self.place - 1))
            case "hint":
                self.hint()
            case _:
                self.judge(line)

    def hint(self) -> None:
        """The next hint."""
        hint = next(self.hints, None)
        if hint is None:
            echo("There is no further hint: type the solution to see its verdict, or skip.")
            return
        echo(str(hint))
        self.score.hinted(self.exercise, hint.is_last)

    def judge(self, line: str) -> None:
        """The verdict on a formula; the next exercise where it is what was asked for."""
        answer = judged(self.exercise, line, self.seed)
        self.heard(answer)
        if answer.question is not None:
            self.score.answered(self.exercise, answer.solved)
        show_answer(answer)
        if answer.solved:
            assert self.place is not None
            self.go_to(self.place + 1)


def show_answer(answer: Answer) -> None:
    """By hand against automatic in a line, then the verdict; what is no formula on stderr."""
    if answer.question is None:
        click.echo(str(answer.error), err=True)
        return
    outcome, words = answer.words
    if answer.line is not None:
        echo(str(answer.line))
    echo((outcome, STYLES[outcome]), words + ("" if answer.solved else "   (hint: what is wrong)"))


def show_list(score: Score) -> None:
    """All exercises, each with what came of it."""
    for exercise in EXERCISES:
        entry = score[exercise]
        came = f"   answers {entry.answers}, hints {entry.hints}" if entry.answers or entry.hints else ""
        echo(f"{exercise.title:17} {entry.state:7} {exercise.claim.states}{came}")
    echo(score.summary())
