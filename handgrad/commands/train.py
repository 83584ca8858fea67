"""`handgrad train`: the report's networks learn, by hand, automatically, or both beside each other."""

import json
import math
import shlex
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from handgrad import __version__
from handgrad.commands.exit_codes import AGREES, DISAGREES, INTERRUPTED
from handgrad.commands.options import chosen, data_options, json_option
from handgrad.commands.progress import Report, log_to, require_loggable
from handgrad.commands.streams import printable
from handgrad.errors import TrainingError
from handgrad.extras import imported
from handgrad.render.json import strict
from handgrad.training import automatic, by_hand, printed
from handgrad.training.curves import draw_curves
from handgrad.training.descent import Descent
from handgrad.training.digits import Dataset
from handgrad.training.figures import require_drawable
from handgrad.training.lockstep import Compared, Lockstep
from handgrad.training.lockstep_text import compared_lines, verdict_lines
from handgrad.training.model import Model, require_writable
from handgrad.training.model import load as read_model
from handgrad.training.model import save as write_model
from handgrad.training.passes import Way
from handgrad.training.settings import Settings
from handgrad.values import Array

# Epochs where nothing is asked for: every step is shown, or five trainings are compared.
EPOCHS_OF_BOTH, EPOCHS_AS_PRINTED = 1, 5


@click.command()
@click.argument("network", type=click.Choice(["dense", "cnn"]), required=False)
@click.option("--by", type=click.Choice(["hand", "automatic", "both"]), help="Whose gradients.  [default: hand]")
@click.option("--as-printed", is_flag=True, help="With the report's printed (10), (11), (15) beside the right forms.")
@click.option("--epochs", type=click.IntRange(1), help="[default: dense 30, cnn 20; 1 with both, 5 as printed]")
@click.option("--rate", type=float, help="Learning rate.  [default: dense 3, cnn 0.5]")
@click.option("--batch", type=click.IntRange(1), help="Images a step.  [default: 16]")
@click.option("--momentum", type=float, help="0 is the report's plain descent.  [default: 0]")
@click.option("--start", type=click.Choice(["fan-in", "glorot", "zeros"]), help="Weights before.  [default: fan-in]")
@click.option("--hidden", type=click.IntRange(1), help="Hidden neurons of the dense network.  [default: 100]")
@click.option("--filters", type=click.IntRange(1), help="Filters of the cnn.  [default: 8]")
@click.option("--dtype", type=click.Choice(["float64", "float32"]), help="[default: float64]")
@click.option("--seed", type=click.IntRange(0), help="Of the start, the order and drawn digits.  [default: 0]")
@data_options
@click.option("--save", type=click.Path(path_type=Path), metavar="FILE", help="Keep what is learnt, epoch by epoch.")
@click.option("--load", type=click.Path(path_type=Path), metavar="FILE", help="Start from this model's parameters.")
@click.option("--resume", type=click.Path(path_type=Path), metavar="FILE", help="Go on where this model stopped.")
@click.option("--plot", type=click.Path(path_type=Path), metavar="FILE", help="Draw the losses: .svg, .png, .pdf.")
@click.option("--log", type=click.Path(path_type=Path), metavar="FILE", help="Every step and epoch as a line of JSON.")
@click.option("--force", is_flag=True, help="Let --save, --plot and --log write over their files.")
@click.option(
    "--every", type=click.IntRange(0), default=1, help="With both: show every N-th step, 0 none.", metavar="N"
)
@json_option
def train(
    network: str | None, by: str | None, as_printed: bool, every: int, data: Path | None, mnist: bool,
    save: Path | None, load: Path | None, resume: Path | None, plot: Path | None, log: Path | None,
    force: bool, as_json: bool, **settings: Any,
) -> None:  # fmt: skip
    """Train NETWORK, dense or cnn, by gradient descent with the report's formulas.

    Without --data or --mnist it learns from digits that the program draws. Exit status: 1 when --by both finds
    that the two disagree; 130 when interrupted, and what was learnt until then is in the file of --save.
    """
    if as_printed and (by == "automatic" or save or load or resume):
        raise click.UsageError("wanted --as-printed with --by hand or both and without models, got other options")
    if resume and (load or by == "both"):
        raise click.UsageError(f"wanted --resume alone, got {'--load' if load else '--by both'} with it")
    if every != 1 and by != "both":
        raise click.UsageError("wanted --every with --by both, got it without")
    plan = planned(network, by, as_printed, load, resume, settings)
    source = f"--data {shlex.quote(str(data))}" if data else "--mnist" if mnist else ""
    plan = replace(plan, command=" ".join(filter(None, (plan.command, source))), source=source)
    require_apart(save, plot, log, load, resume)
    if save is not None:
        require_writable(save, force or same_file(save, resume))
    if plot is not None:
        require_drawable(plot, force)
        imported("matplotlib", "plot", "--plot")  # now, not when all is learnt
    if log is not None:
        require_loggable(log, force, append=resume is not None)
    dataset = chosen(data, mnist, plan.settings.seed)
    click.echo(f"{plan.settings.in_words()}\ndata: {printable(dataset.source)}", err=True)
    start = time.perf_counter()
    with log_to(log, force, append=resume is not None) as file:
        report = Report(-(-len(dataset.train) // plan.settings.batch) * plan.settings.epochs, file, as_json)
        with report.bar():
            if as_printed and by == "both":
                found, status = errata_beside(plan, dataset, report, every)
            elif as_printed:
                found, status = errata(plan, dataset, report)
            elif by == "both":
                found, status = both(plan, dataset, report, every, save)
            else:
                found, status = one(plan, dataset, report, save)
    click.echo(f"{time.perf_counter() - start:.1f} s", err=True)
    if plot is not None and report.curves():
        draw_curves(report.curves(), plot, title_of(plan.settings), force)
    if as_json:
        head = {"handgrad": __version__, "network": plan.settings.network, "settings": plan.settings.to_dict()}
        click.echo(json.dumps(strict(head | {"data": dataset.source} | found), allow_nan=False))
    sys.exit(status)


def require_apart(save: Path | None, plot: Path | None, log: Path | None, *read: Path | None) -> None:
    """Raises `click.UsageError`, where one file would be written to twice, or drawn or logged over what is read."""
    for name, path, others in (("--save", save, (plot, log)), ("--plot", plot, (log, *read)), ("--log", log, read)):
        if path is not None and any(same_file(path, other) for other in others):
            raise click.UsageError(f"wanted a file of its own for {name}, got {path} for another option too")


def same_file(one: Path, other: Path | None) -> bool:
    """Whether two paths lead to one file, be it there or not."""
    return other is not None and one.resolve() == other.resolve()


def title_of(settings: Settings) -> str:
    """What a picture of the losses says above it."""
    size = f"{settings.hidden} hidden neurons" if settings.network == "dense" else f"{settings.filters} filters"
    return f"{settings.network}, {size}: rate {settings.rate:g}, batch {settings.batch}, seed {settings.seed}"


@dataclass(frozen=True)
class Plan:
    """What is trained: the settings, who computes, and where it starts."""

    settings: Settings
    way: Way
    resume: Model | None
    start: dict[str, Array] | None
    command: str  # that shows it again
    source: str = ""  # the options that say which digits


def planned(
    network: str | None, by: str | None, as_printed: bool, load: Path | None, resume: Path | None, given: dict[str, Any]
) -> Plan:
    """Put the options together with what a model file says."""
    given = {name: value for name, value in given.items() if value is not None}
    file = load or resume
    model = None if file is None else read_model(file)
    if model is not None and network not in (None, model.network):
        raise click.UsageError(f"wanted the network of {file}, {model.network}, got {network}")
    if network is None:
        network = model.network if model is not None else "cnn" if as_printed else None
    if network is None:
        raise click.UsageError("wanted a network, dense or cnn, got none")
    if as_printed and network != "cnn":
        raise click.UsageError("wanted --as-printed with cnn, got dense: its formulas are printed rightly")
    size, other = ("filters", "cnn") if network == "dense" else ("hidden", "dense")
    if size in given:
        raise click.UsageError(f"wanted --{size} with {other}, got it with {network}")
    if model is not None:
        sizes = {"hidden": model.parameters["v"].shape[1], "filters": model.parameters["v"].shape[1]}
        usual = Settings.of(network).to_dict()
        kept = (
            {name: model.settings.get(name) for name in usual if name != "network"}
            if resume
            else {"dtype": str(model.parameters["v"].dtype)}
        )
        kept |= {name: size for name, size in sizes.items() if name in usual}
        given = {name: value for name, value in kept.items() if value is not None} | given
    if as_printed or by == "both":
        given = {"epochs": EPOCHS_AS_PRINTED if by != "both" else EPOCHS_OF_BOTH} | given
    settings = Settings.of(network, **given)
    if resume and model is not None and model.epoch >= settings.epochs:
        raise click.UsageError(f"wanted --epochs above the {model.epoch} of {file}, got {settings.epochs}")
    if resume and by is None and model is not None:
        by = "automatic" if model.settings.get("by") == automatic.WAYS[network].name else "hand"
    way = (automatic if by == "automatic" else by_hand).WAYS[network]
    words = ("handgrad train", network, f"--by {by}" if by else "", "--as-printed" if as_printed else "")
    # How many epochs there are hangs on other options too, and the type of numbers on the model, where none is said.
    options = (f"--load {shlex.quote(str(load))}" if load else "", settings.options("epochs", *["dtype"] * bool(load)))
    command = " ".join(filter(None, (*words, *options)))
    start = model.parameters if model is not None and load else None
    return Plan(settings, way, model if resume else None, start, command)


def one(plan: Plan, dataset: Dataset, report: Report, path: Path | None) -> tuple[dict[str, Any], int]:
    """Train once, by hand or automatically."""
    descent = Descent(plan.settings, dataset, plan.way, plan.resume, plan.start)
    report.begin(plan.way.name, descent.state.step)

    def on_epoch(entry: dict[str, Any]) -> None:
        report.epoch(entry)
        keep(descent, path)

    interrupted = False
    try:
        descent.run(lambda step: report.step(step.number, step.epoch, step.result.loss), on_epoch)
    except KeyboardInterrupt:
        interrupted = True
    finally:  # a step without a value, or a full disk, takes nothing away of what was learnt
        keep(descent, path)
    model, state = descent.model, descent.state
    if interrupted:
        click.echo(
            f"interrupted after step {state.step:,}, in epoch {state.epoch + 1}; {kept_in(plan, path)}", err=True
        )
    if state.history:
        last = state.history[-1]
        after = f"at epoch {len(state.history)}, step {last['step']:,}"
        right = f"{last['accuracy'] * 100:.2f} % of {len(dataset.test):,} test images right"
        report.line(f"{plan.way.name}: {right} {after}; seed {plan.settings.seed}")
    if path is not None and not interrupted:
        click.echo(printable(f"kept in {path}"), err=True)
    found = {"by": plan.way.name, "step": model.step, "epochs": model.history, "interrupted": interrupted}
    return found, INTERRUPTED if interrupted else AGREES


def keep(descent: Descent, path: Path | None) -> None:
    """Write what was learnt so far; the file, if there was one, was asked about in the beginning."""
    if path is not None:
        write_model(descent.model, path, force=True)


def kept_in(plan: Plan, path: Path | None) -> str:
    """What became of an interrupted training."""
    if path is None:
        return "not kept, without --save"
    file = shlex.quote(str(path))
    return " ".join(filter(None, (f"go on with handgrad train --resume {file} --save {file}", plan.source)))


def both(plan: Plan, dataset: Dataset, report: Report, every: int, path: Path | None) -> tuple[dict[str, Any], int]:
    """Train by hand and automatically beside each other, and say whether they agree."""
    lockstep = Lockstep(plan.settings, dataset, plan.way, plan.start)
    report.begin(f"{plan.way.name} and automatically")

    def on_step(compared: Compared) -> None:
        report.step(compared.step, compared.epoch, compared.lines[0].hand)
        report.write({"by": report.name, "step": compared.step, "lines": [vars(line) for line in compared.lines]})
        if not compared.agrees or (every and compared.step % every == 0):
            report.line(compared_lines(compared))

    def on_epoch(entry: dict[str, Any]) -> None:
        report.epoch(entry)
        keep(lockstep.hand, path)

    interrupted = False
    try:
        verdict = lockstep.run(on_step, on_epoch)
    except KeyboardInterrupt:
        interrupted, verdict = True, lockstep.verdict()
    finally:
        keep(lockstep.hand, path)
    if interrupted:
        click.echo(f"interrupted after step {verdict.steps:,}; {kept_in(plan, path)}", err=True)
    report.line(verdict_lines(verdict))
    if not verdict.agrees:
        report.line(f"  reproduce: {plan.command}")
    found = {"by": "both", "verdict": verdict.to_dict(), "epochs": lockstep.model.history, "interrupted": interrupted}
    return found, INTERRUPTED if interrupted else AGREES if verdict.agrees else DISAGREES


def errata(plan: Plan, dataset: Dataset, report: Report) -> tuple[dict[str, Any], int]:
    """Train with the right formulas, and once with each erratum of the report: what does it do to the descent?"""
    runs: list[dict[str, Any]] = []
    ways = {"put right": plan.way} | {way.name: way for way in printed.WAYS.values()}
    for name, way in ways.items():
        descent, ended = Descent(plan.settings, dataset, way), None
        report.begin(name)
        report.line(name)
        try:
            descent.run(lambda step: report.step(step.number, step.epoch, step.result.loss), report.epoch)
        except TrainingError as error:
            if name == "put right":  # then the settings are at fault, and say nothing of the errata
                raise
            ended = str(error)
            report.step(descent.state.step + 1, descent.state.epoch + 1, math.nan)
            report.line(ended)
        runs.append({"by": name, "step": descent.state.step, "epochs": descent.model.history, "ended": ended})
    report.line(f"at epoch {plan.settings.epochs}, of {len(dataset.test):,} test images; seed {plan.settings.seed}")
    for run in runs:
        report.line(f"  {run['by']:24}{result_of(run['epochs'])}")
    return {"runs": runs}, AGREES


def result_of(epochs: list[dict[str, Any]]) -> str:
    """Where a training ended, in a few words."""
    if not epochs or "accuracy" not in epochs[-1]:
        return "no value"
    return f"loss {epochs[-1]['loss']:.4f}  right {epochs[-1]['accuracy'] * 100:.2f} %"


def errata_beside(plan: Plan, dataset: Dataset, report: Report, every: int) -> tuple[dict[str, Any], int]:
    """Each erratum beside the automatic gradient: at which step, and where, does it show?"""
    runs, status = [], AGREES
    for way in printed.WAYS.values():
        report.line(way.name)
        found, ended = both(replace(plan, way=way), dataset, report, every, None)
        runs.append(found | {"by": way.name})
        if ended == INTERRUPTED:
            return {"runs": runs}, ended
        status = max(status, ended)
    return {"runs": runs}, status
