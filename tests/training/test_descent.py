"""Gradient descent: its steps against a plain loop, its history, interruption, resuming, and what it refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as search
from hypothesis import strategies as st

from handgrad.errors import TrainingError
from handgrad.training import automatic, by_hand
from handgrad.training.descent import Descent, one_hot, score
from handgrad.training.digits import Dataset, Digits
from handgrad.training.drawn import drawn
from handgrad.training.model import load, save
from handgrad.training.passes import Way
from handgrad.training.settings import Settings
from manual import networks

DATA = drawn(train=22, test=11, seed=3)
NETWORKS = pytest.mark.parametrize("network", ["dense", "cnn"])
MOMENTUM = pytest.mark.parametrize("momentum", [0.0, 0.75])


def small(network: str, **chosen) -> Settings:
    """Five steps an epoch, the last of two images."""
    return Settings.of(network, **({"hidden": 3, "filters": 1, "batch": 5, "epochs": 2, "rate": 0.5} | chosen))


def descent(network: str = "cnn", data: Dataset = DATA, way: Way | None = None, **chosen) -> Descent:
    return Descent(small(network, **chosen), data, way or by_hand.WAYS[network])


def assert_same(one, other) -> None:
    """Bit for bit."""
    assert one.keys() == other.keys()
    for letter, value in one.items():
        assert value.dtype == other[letter].dtype
        assert value.tobytes() == other[letter].tobytes(), letter


def assert_same_state(one, other) -> None:
    assert_same(one.parameters, other.parameters)
    assert_same(one.velocities, other.velocities)
    assert (one.step, one.within, one.mean, one.history) == (other.step, other.within, other.mean, other.history)


def states(settings: Settings) -> list:
    """The state before every step and after the last."""
    training = Descent(settings, DATA, by_hand.WAYS[settings.network])
    found = [training.state]
    training.run(lambda _: found.append(training.state))
    return found


# Steps


def gradients(network: str, parameters: dict, images: np.ndarray, labels: np.ndarray) -> dict:
    """From `manual` itself."""
    y = np.array([[float(label == digit) for digit in range(10)] for label in labels])
    if network == "dense":
        found = networks.dense_backward(networks.dense_forward(images.reshape(-1, 784), **parameters), y)
    else:
        found = networks.cnn_backward(networks.cnn_forward(images.reshape(-1, 1, 28, 28), **parameters), y)
    return {letter: getattr(found, letter) for letter in parameters}


@NETWORKS
@MOMENTUM
def test_steps_are_those_of_a_plain_loop(network, momentum):
    chosen = small(network, momentum=momentum)
    theta, u = chosen.parameters(), dict.fromkeys(chosen.parameters(), 0.0)
    for epoch in range(2):
        order = list(chosen.order(epoch, 22))
        while order:
            batch, order = order[:5], order[5:]
            g = gradients(network, theta, DATA.train.images[batch], DATA.train.labels[batch])
            for letter in theta:
                u[letter] = momentum * u[letter] + g[letter]
                theta[letter] = theta[letter] - 0.5 * u[letter]
    training = descent(network, momentum=momentum)
    training.run()
    assert_same(training.state.parameters, theta)
    assert training.state.step == 10


def plain_loss(network: str, parameters: dict, images: np.ndarray, labels: np.ndarray) -> float:
    """The mean error with Python's loops and `math` alone, straight from the report's definitions."""
    sigmoid = lambda z: 1 / (1 + math.exp(-z))
    p = {letter: value.tolist() for letter, value in parameters.items()}
    total = 0.0
    for image, label in zip(images.tolist(), labels.tolist(), strict=True):
        if network == "dense":
            x = [pixel for row in image for pixel in row]
            b = [sigmoid(sum(x[i] * p["v"][i][h] for i in range(784)) - p["gamma"][h]) for h in range(len(p["gamma"]))]
            for j in range(10):
                y_hat = sigmoid(sum(b[h] * p["w"][h][j] for h in range(len(b))) - p["theta"][j])
                total += (y_hat - (j == label)) ** 2 / 2
        else:
            c = [[p["q"][0]] * 24 for _ in range(24)]
            for r in range(24):
                for s in range(24):
                    window = (image[r + i][s + j] * p["v"][5 * i + j][0] for i in range(5) for j in range(5))
                    c[r][s] = sigmoid(sum(window) + p["q"][0])
            a = [
                (c[2 * r][2 * s] + c[2 * r][2 * s + 1] + c[2 * r + 1][2 * s] + c[2 * r + 1][2 * s + 1]) / 4
                for r in range(12)
                for s in range(12)
            ]
            x = [sum(a[j] * p["W"][j][k] for j in range(144)) + p["b"][k] for k in range(10)]
            total += math.log(sum(math.exp(z - x[label]) for z in x))
    return total / len(images)


@NETWORKS
def test_the_first_step_is_that_of_a_numeric_derivative(network):
    training = descent(network, seed=1)
    before = {letter: value.copy() for letter, value in training.state.parameters.items()}
    first = training.settings.order(0, 22)[:5]
    images, labels = DATA.train.images[first], DATA.train.labels[first]
    step = training.advance()
    assert step.result.loss == pytest.approx(plain_loss(network, before, images, labels), rel=1e-12)
    h = 1e-5
    for letter, after in training.state.parameters.items():
        # The entry that moved most, and one other.
        for index in {int(np.argmax(abs(after - before[letter]))), 0}:
            at = np.unravel_index(index, after.shape)
            losses = []
            for sign in (1, -1):
                moved = {name: value.copy() for name, value in before.items()}
                moved[letter][at] += sign * h
                losses.append(plain_loss(network, moved, images, labels))
            derivative = (losses[0] - losses[1]) / (2 * h)
            # Central differences: h^2 of truncation and 1e-16 / h of rounding, both about 1e-10 here.
            assert after[at] - before[letter][at] == pytest.approx(-0.5 * derivative, rel=1e-6, abs=1e-9)


@given(st.floats(-3, 3), st.floats(0.01, 2), st.floats(0, 0.99), st.integers(1, 5))
def test_momentum_with_a_constant_gradient(slope, rate, momentum, steps):
    constant = Way(
        "constant", lambda *_: None, lambda p, *_: by_hand.Pass(0.5, {k: 0 * v + slope for k, v in p.items()})
    )
    training = descent(way=constant, momentum=momentum, rate=rate, start="zeros")
    for _ in range(min(steps, 4)):
        training.advance()
    # u_n = g (1 + m + ... + m^(n-1)), and the path is minus the rate times the sum of the u.
    u = [slope * sum(momentum**k for k in range(n)) for n in range(1, min(steps, 4) + 1)]
    for value in training.state.parameters.values():
        assert np.allclose(value, -rate * sum(u), rtol=1e-12, atol=1e-15)
    if momentum:
        assert np.allclose(training.state.velocities["W"], u[-1], rtol=1e-12, atol=1e-15)
    else:
        assert training.state.velocities == {}


@NETWORKS
def test_batches_take_every_image_once_an_epoch_and_the_last_is_smaller(network):
    training = descent(network)
    # The images' sums tell them apart.
    of_sum = {float(np.sum(image)): i for i, image in enumerate(DATA.train.images)}
    assert len(of_sum) == 22
    orders = []
    for _ in range(2):
        seen, sizes = [], []
        for _ in range(5):
            images, y = training.batch()
            sizes.append(len(images))
            numbers = [of_sum[float(np.sum(image))] for image in images]
            assert [int(row) for row in np.argmax(y, axis=1)] == [DATA.train.labels[i] for i in numbers]
            seen += numbers
            training.advance()
        assert sizes == [5, 5, 5, 5, 2]
        assert sorted(seen) == list(range(22))
        orders.append(seen)
    assert orders[0] != orders[1]


# History


@NETWORKS
@MOMENTUM
def test_history_is_what_it_says(network, momentum):
    training, losses, after = descent(network, momentum=momentum), [], []
    model = training.run(
        lambda step: losses.append(step.result.loss), lambda _: after.append(training.state.parameters)
    )
    assert len(model.history) == len(after) == 2
    for epoch, (entry, parameters) in enumerate(zip(model.history, after, strict=True)):
        assert (entry["epoch"], entry["step"]) == (epoch + 1, 5 * (epoch + 1))
        assert entry["loss"] == pytest.approx(sum(losses[5 * epoch : 5 * epoch + 5]) / 5, rel=1e-13, abs=0)
        assert entry["test_loss"] == pytest.approx(
            plain_loss(network, parameters, DATA.test.images, DATA.test.labels), rel=1e-12
        )
        right = sum(
            int(np.argmax(outputs(network, parameters, image))) == label
            for image, label in zip(DATA.test.images, DATA.test.labels, strict=True)
        )
        assert entry["right"] == right
        assert entry["accuracy"] == right / 11
    assert model.epoch == 2
    assert model.step == 10


def outputs(network: str, parameters: dict, image: np.ndarray) -> np.ndarray:
    if network == "dense":
        return networks.dense_forward(image.reshape(1, 784), **parameters).y_hat[0]
    return networks.cnn_forward(image[None, None], **parameters).y_hat[0]


def test_score_weighs_pieces_by_their_images(monkeypatch):
    from handgrad.training import descent as module

    parameters = small("dense").parameters()
    whole = score(by_hand.WAYS["dense"], parameters, DATA.test, "float64")
    monkeypatch.setattr(module, "PIECE", 4)
    pieces = score(by_hand.WAYS["dense"], parameters, DATA.test, "float64")
    assert pieces[1] == whole[1]
    assert pieces[0] == pytest.approx(whole[0], rel=1e-13, abs=0)
    assert whole[0] == pytest.approx(plain_loss("dense", parameters, DATA.test.images, DATA.test.labels), rel=1e-12)


def test_an_answer_without_a_value_is_a_wrong_one():
    silent = Way("silent", lambda p, x, y: by_hand.Forward(math.nan, np.full((len(x), 10), math.nan)), lambda *_: None)
    loss, right = score(silent, {}, DATA.test, "float64")
    assert math.isnan(loss)
    assert right == 0


@NETWORKS
@MOMENTUM
def test_by_hand_and_automatic_reach_the_same(network, momentum):
    hand = descent(network, momentum=momentum, epochs=3)
    beside = descent(network, momentum=momentum, epochs=3, way=automatic.WAYS[network])
    one, other = hand.run(), beside.run()
    for entry, same in zip(one.history, other.history, strict=True):
        # 15 steps of some thousand roundings of 1e-16 each: 1e-11 has room to spare, and any mistake is far larger.
        assert same == pytest.approx(entry, rel=1e-11)
    for letter, value in one.parameters.items():
        assert np.allclose(value, other.parameters[letter], rtol=1e-10, atol=1e-12)
    assert one.settings["by"] == "by hand"
    assert other.settings["by"] == "automatically"


@NETWORKS
@MOMENTUM
@pytest.mark.parametrize("way", [by_hand, automatic])
def test_float32_stays_float32(network, momentum, way):
    training = descent(network, way=way.WAYS[network], dtype="float32", momentum=momentum, rate=np.float64(0.5))
    kinds = set()
    training.run(lambda step: kinds.update(value.dtype for value in step.result.gradients.values()))
    kinds.update(value.dtype for value in (*training.state.parameters.values(), *training.state.velocities.values()))
    assert kinds == {np.dtype("float32")}
    assert training.batch()[0].dtype == np.float32


@NETWORKS
@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_loss_falls(network, momentum):
    # A handful of images can be learnt by heart.
    history = (
        descent(network, batch=11, epochs=30, hidden=10, rate=2.0 if network == "dense" else 0.5, momentum=momentum)
        .run()
        .history
    )
    assert history[-1]["loss"] < 0.7 * history[0]["loss"]


def test_the_same_settings_give_the_same_bits():
    assert_same_state(descent().state, descent().state)
    one, other = states(small("cnn")), states(small("cnn"))
    assert_same_state(one[-1], other[-1])
    assert not np.array_equal(states(small("cnn", seed=1))[-1].parameters["v"], one[-1].parameters["v"])


# Callbacks


def test_callbacks_get_each_step_and_each_epoch():
    training, told = descent(), []
    training.run(
        lambda step: told.append((step.number, step.epoch, step.result.loss)), lambda entry: told.append(entry)
    )
    steps = [entry for entry in told if isinstance(entry, tuple)]
    assert [step[:2] for step in steps] == [(i + 1, i // 5 + 1) for i in range(10)]
    # After the fifth step and after the tenth, the entries of the history.
    assert [told[5], told[11]] == list(training.state.history)


def test_nothing_is_printed(capsys):
    descent("dense").run()
    with pytest.raises(TrainingError):
        descent("cnn", rate=1e308).run()
    assert capsys.readouterr() == ("", "")


def test_run_after_the_end_does_nothing():
    training = descent(epochs=1)
    training.run()
    assert training.finished()
    before = training.state
    training.run(lambda _: pytest.fail("took a step"))
    assert training.state is before


# Interruption and resuming


@NETWORKS
@MOMENTUM
@pytest.mark.parametrize("stop", range(11))
def test_resumed_as_never_interrupted(network, momentum, stop, tmp_path):
    chosen = small(network, momentum=momentum)
    path = states(chosen)
    training = Descent(chosen, DATA, by_hand.WAYS[network])
    for _ in range(stop):
        training.advance()
    for model in (training.model, through_file(training.model, tmp_path)):
        resumed = Descent(chosen, DATA, by_hand.WAYS[network], resume=model)
        assert_same_state(resumed.state, path[stop])
        resumed.run()
        assert_same_state(resumed.state, path[-1])
    save(resumed.model, tmp_path / "resumed.npz")
    whole = Descent(chosen, DATA, by_hand.WAYS[network])
    whole.run()
    save(whole.model, tmp_path / "whole.npz")
    assert (tmp_path / "resumed.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()


def through_file(model, folder):
    save(model, folder / "model.npz", force=True)
    return load(folder / "model.npz")


def test_more_epochs_may_be_added():
    model = descent(epochs=1).run()
    longer = Descent(small("cnn", epochs=2), DATA, by_hand.WAYS["cnn"], resume=model)
    longer.run()
    assert_same_state(longer.state, states(small("cnn", epochs=2))[-1])


PATHS = {momentum: states(small("cnn", momentum=momentum)) for momentum in (0.0, 0.75)}


@search(max_examples=40)
@given(
    call=st.integers(1, 10),
    where=st.sampled_from(["before backward", "after backward", "test", "on_step", "on_epoch"]),
    momentum=st.sampled_from([0.0, 0.75]),
)
def test_an_interruption_leaves_a_state_of_the_uninterrupted_run(call, where, momentum):
    right, calls = by_hand.WAYS["cnn"], {}

    def interrupt(place):
        calls[place] = calls.get(place, 0) + 1
        if place == where and calls[place] == call:
            raise KeyboardInterrupt

    def backward(*arguments):
        interrupt("before backward")
        result = right.backward(*arguments)
        interrupt("after backward")
        return result

    def forward(*arguments):
        interrupt("test")
        return right.forward(*arguments)

    chosen = small("cnn", momentum=momentum)
    training = Descent(chosen, DATA, Way("by hand", forward, backward))
    try:
        training.run(lambda _: interrupt("on_step"), lambda _: interrupt("on_epoch"))
        assert where in ("test", "on_epoch")  # of which there are but two
    except KeyboardInterrupt:
        done = {"test": 5 * call - 1, "on_step": call, "on_epoch": 5 * call}.get(where, call - 1)
        assert training.state.step == done
    assert_same_state(training.state, PATHS[momentum][training.state.step])
    # The interrupted training itself goes on, and so does another from its model.
    for other in (training, Descent(chosen, DATA, right, resume=training.model)):
        other.run()
        assert_same_state(other.state, PATHS[momentum][-1])


@pytest.mark.parametrize("endless", [{1}, {2}, {1, 2}, {4, 5}, {1, 2, 3, 4, 5}])
def test_a_loss_without_end_makes_the_mean_endless_and_is_resumed_so(endless, tmp_path):
    right, calls = by_hand.WAYS["cnn"], []

    def backward(*arguments):
        calls.append(1)
        result = right.backward(*arguments)
        return replace(result, loss=math.inf) if len(calls) in endless else result

    training = descent(way=Way("by hand", right.forward, backward))
    for _ in range(5):
        training.advance()
        model = through_file(training.model, tmp_path)
        resumed = Descent(training.settings, DATA, right, resume=model)
        assert resumed.state.mean == training.state.mean
    assert training.state.history[0]["loss"] == math.inf
    training.run()
    assert math.isfinite(training.state.history[1]["loss"])


def test_a_begun_epoch_is_the_last_entry_of_the_models_history():
    training = descent()
    losses = [training.advance().result.loss for _ in range(7)]
    model = training.model
    assert model.epoch == 1
    assert model.step == 7
    assert [entry["epoch"] for entry in model.history] == [1, 2]
    assert model.history[1]["begun"] == 2
    assert model.history[1]["loss"] == pytest.approx((losses[5] + losses[6]) / 2, rel=1e-14, abs=0)


def test_a_start_is_taken_over_and_left_alone():
    start = {letter: value + 1 for letter, value in small("cnn").parameters().items()}
    training = Descent(small("cnn", dtype="float32"), DATA, by_hand.WAYS["cnn"], start=start)
    assert_same(training.state.parameters, {letter: value.astype("float32") for letter, value in start.items()})
    training.advance()
    assert np.array_equal(start["b"], np.ones(10))


# Refused


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"seed": 1}, "wanted the settings of the model, seed 0, got 1"),
        ({"rate": 0.25}, "wanted the settings of the model, rate 0.5, got 0.25"),
        ({"batch": 4}, "wanted the settings of the model, batch 5, got 4"),
        ({"momentum": 0.5}, "wanted the settings of the model, momentum 0.0, got 0.5"),
        ({"dtype": "float32"}, "wanted the settings of the model, dtype 'float64', got 'float32'"),
        ({"start": "glorot"}, "wanted the settings of the model, start 'fan-in', got 'glorot'"),
        ({"filters": 2}, "wanted the settings of the model, filters 1, got 2"),
        ({"network": "dense"}, "wanted the settings of the model, network 'cnn', got 'dense'"),
    ],
)
def test_another_training_is_not_resumed(chosen, words):
    training = descent()
    training.advance()
    now = replace(training.settings, **chosen)
    with pytest.raises(TrainingError, match=words):
        Descent(now, DATA, by_hand.WAYS[now.network], resume=training.model)


@pytest.mark.parametrize("what", ["images", "labels", "order"])
def test_other_images_are_not_resumed_with(what):
    training = descent()
    training.advance()
    images, labels = DATA.train.images.copy(), DATA.train.labels.copy()
    if what == "images":
        images[3, 14, 14] += 2.0**-40
    elif what == "labels":
        labels[3] = (labels[3] + 1) % 10
    else:
        images, labels = images[::-1], labels[::-1]
    other = Dataset(Digits(images.copy(), labels.copy()), DATA.test, "others")
    with pytest.raises(TrainingError, match=r"wanted the images of the model, 22 and 11 images drawn.*, got others"):
        Descent(training.settings, other, by_hand.WAYS["cnn"], resume=training.model)


@pytest.mark.parametrize(
    "changes",
    [
        {"step": 8},
        {"step": 5},
        {"epoch": 2},
        {"epoch": 0},
        {"history": []},
        {"history": [{"epoch": 1}, {"begun": 2, "loss": 1.0}]},
        {"history": ["whole", {"begun": 2, "loss": "much"}]},
        {"history": ["whole", {"begun": -3, "loss": 1.0}]},
        {"history": ["whole", {"begun": None, "loss": 1.0}]},
        {"velocities": {"v": np.zeros((25, 1)), "q": np.zeros(1), "W": np.zeros((144, 10)), "b": np.zeros(10)}},
        {"parameters": {"v": np.zeros((25, 2)), "q": np.zeros(2), "W": np.zeros((288, 10)), "b": np.zeros(10)}},
    ],
)
def test_a_model_that_contradicts_itself_is_not_resumed(changes):
    training = descent()
    for _ in range(7):
        training.advance()
    if "history" in changes:
        history = [training.state.history[0] if entry == "whole" else entry for entry in changes["history"]]
        changes = {"history": history}
    with pytest.raises(TrainingError, match="resume: wanted"):
        Descent(training.settings, DATA, by_hand.WAYS["cnn"], resume=replace(training.model, **changes))


def test_a_start_of_another_size_is_refused():
    with pytest.raises(TrainingError, match="start: wanted parameters of shapes"):
        Descent(small("cnn"), DATA, by_hand.WAYS["cnn"], start=small("cnn", filters=2).parameters())


def test_a_batch_above_the_images_is_refused():
    with pytest.raises(TrainingError, match="batch: wanted at most the 22 images there are, got 23"):
        descent(batch=23)
    assert descent(batch=22, epochs=1).run().step == 1


@pytest.mark.parametrize(
    ("network", "dtype"),  # dense in float64 is saturated before it is beyond all numbers, and stands still
    [("cnn", "float64"), ("cnn", "float32"), ("dense", "float32")],
)
@MOMENTUM
def test_a_rate_that_blows_up_leaves_the_last_good_state(network, dtype, momentum):
    training = descent(network, rate=1e308, dtype=dtype, momentum=momentum)
    with pytest.raises(TrainingError, match=r"step \d: wanted (finite parameters, got|a loss with a value)"):
        training.run()
    for value in (*training.state.parameters.values(), *training.state.velocities.values()):
        assert np.isfinite(value).all()
    assert_same(training.model.parameters, training.state.parameters)


@pytest.mark.parametrize(
    ("loss", "letter", "words"),
    [(math.nan, None, "step 3: wanted a loss with a value, got none"), (0.5, "W", "got W beyond all numbers")],
)
def test_a_way_without_a_value_stops_before_its_step(loss, letter, words):
    right, calls = by_hand.WAYS["cnn"], []

    def backward(*arguments):
        result = right.backward(*arguments)
        calls.append(1)
        if len(calls) < 3:
            return result
        lost = {letter: result.gradients[letter] * math.nan} if letter else {}
        return replace(result, loss=loss, gradients=result.gradients | lost)

    training = descent(way=Way("by hand", right.forward, backward))
    with pytest.raises(TrainingError, match=words):
        training.run()
    assert_same_state(training.state, states(small("cnn"))[2])


def test_one_hot():
    assert one_hot(np.array([0, 9, 3]), "float32").tolist() == [
        [float(digit == label) for digit in range(10)] for label in (0, 9, 3)
    ]
    assert one_hot(np.array([1]), "float32").dtype == np.float32
