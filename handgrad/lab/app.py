"""The lab: a formula judged as it is typed, and two trainings beside each other. Started by `handgrad lab`."""

import marimo

__generated_with = "0.25.2"

app = marimo.App(width="medium", app_title="handgrad lab", css_file="lab.css")

with app.setup:
    from dataclasses import replace

    import marimo as mo

    from handgrad.errors import HandgradError
    from handgrad.lab import descent as walk
    from handgrad.lab import shown
    from handgrad.lab.question import Choice, seed_in
    from handgrad.report.equations import BEYOND, REPORT
    from handgrad.report.symbols import SIZES

    CLAIMS = {claim.title: claim for claim in (*REPORT, *BEYOND)}
    COUNTS = {str(count): count for count in (1, 2, 3, 4, 8, 16)}
    FORMULA, DESCENT = "A formula", "A descent"


@app.cell
def header():
    tab = mo.ui.tabs({FORMULA: "", DESCENT: ""})
    mo.vstack([mo.md("## Is the gradient that you derived by hand right, and if not, what is wrong with it?"), tab])
    return (tab,)


# A formula: which, at which sizes, judged by which letters


@app.cell
def choices():
    formula = mo.ui.dropdown(CLAIMS, value="(10) input", label="formula")
    size = mo.ui.dropdown(list(SIZES), value="small", label="size")
    batch = mo.ui.dropdown(COUNTS, value="1", label="batch")
    filters = mo.ui.dropdown(COUNTS, value="1", label="filters")
    seed = mo.ui.number(0, 999_999_999, step=1, value=seed_in(mo.query_params().get("seed")), label="seed")
    return batch, filters, formula, seed, size


@app.cell
def choices_shown(batch, filters, formula, seed, size, tab):
    mo.stop(tab.value != FORMULA)
    mo.hstack([formula, size, batch, filters, seed], justify="start", wrap=True)
    return


@app.cell
def asked(batch, filters, formula, seed, size):
    about = Choice(formula.value, size=size.value, batch=batch.value, filters=filters.value, seed=int(seed.value or 0))
    return (about,)


@app.cell
def typed(formula):
    forms = shown.forms(formula.value)
    form = mo.ui.radio(forms, value=next(iter(forms)), inline=True, label="judged")
    editor = mo.ui.code_editor(placeholder=shown.invitation(formula.value), min_height=40, debounce=300)
    return editor, form


@app.cell
def typed_shown(editor, form, formula, tab):
    mo.stop(tab.value != FORMULA)
    printed = [
        mo.vstack([mo.md(f"**{name}**"), mo.md(f"$${formula.value.forms()[which].latex}$$")])
        for name, which in shown.forms(formula.value).items()
    ]
    states = mo.Html(shown.words_html(f"{formula.value.states} ({formula.value.section})"))
    yours = mo.md("**yours**, in Python over the letters below; as long as it is empty, the one above is judged")
    mo.vstack([states, mo.hstack(printed, justify="start", gap=4, wrap=True), form, yours, editor])
    return


@app.cell
def letters_shown(about, tab):
    mo.stop(tab.value != FORMULA)
    _words = f"letters; wanted: shape {about.claim.shape(about.sizes)}"
    mo.accordion({_words: mo.Html(shown.letters_html(about.claim, about.sizes))})
    return


# What is found


@app.cell
def judged(about, editor, form):
    try:
        question = replace(about, form=form.value, text=editor.value).question()
        kind, trouble = shown.KINDS[question.verdict.outcome], None
    except HandgradError as error:
        question, kind, trouble = None, "warn", error
    return kind, question, trouble


@app.cell
def answer_shown(kind, question, tab, trouble):
    mo.stop(tab.value != FORMULA)
    words = shown.words_html(str(trouble)) if question is None else shown.answer_html(question)
    mo.callout(mo.Html(words), kind=kind)
    return


# A descent


@app.cell
def descent_choices():
    network = mo.ui.dropdown(list(walk.SIZES), value="cnn", label="network")
    rate = mo.ui.slider(steps=walk.RATES, value=0.5, label="learning rate", show_value=True)
    step = mo.ui.slider(1, walk.STEPS, value=20, label="step", show_value=True, full_width=True)
    return network, rate, step


@app.cell
def gradients(network):
    by_hand = mo.ui.dropdown(walk.ways_of(network.value), value="right", label="formulas by hand")
    return (by_hand,)


@app.cell
def descent_choices_shown(by_hand, network, rate, seed, step, tab):
    mo.stop(tab.value != DESCENT)
    mo.vstack([mo.hstack([network, by_hand, rate, seed], justify="start", wrap=True), step])
    return


@app.cell
def begun(by_hand, network, rate, seed, tab):
    mo.stop(tab.value != DESCENT)
    way = walk.Walk(walk.settings_of(network.value, rate.value, int(seed.value or 0)), by_hand.value)
    return (way,)


@app.cell
def walked(step, way):
    path = way.up_to(step.value)
    mo.Html(shown.descent_html(path))
    return (path,)


if __name__ == "__main__":
    app.run()
