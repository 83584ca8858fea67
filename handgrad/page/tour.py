"""The walk through the report, a step for every claim in its order: what happens, and where in the network."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A step: the claim, one sentence, and the nodes and edges that it is about."""

    claim: str
    says: str
    nodes: str
    edges: str


DENSE = (
    Step(
        "eq1-weights",
        "The chain rule, from the error through output and weighted sum to a weight; the step goes against the slope.",
        "E y_hat beta w",
        "y_hat-E beta-y_hat w-beta",
    ),
    Step("eq2-error", "The first factor: output minus target.", "y_hat y E", "y_hat-E y-E"),
    Step(
        "eq2-sigmoid",
        "The second factor: the derivative of the sigmoid, from its own value.",
        "beta y_hat",
        "beta-y_hat",
    ),
    Step(
        "eq2-activation",
        "The third factor: the weighted sum grows with a weight as fast as the hidden output before it is large.",
        "b w beta",
        "w-beta b-beta",
    ),
    Step(
        "eq2-weights-first-line",
        "The three factors, put into (1).",
        "E y_hat beta b w",
        "y_hat-E beta-y_hat b-beta w-beta",
    ),
    Step("eq2-weights", "The same, in another order.", "w", "w-beta"),
    Step(
        "eq3-thresholds",
        "The chain rule once more, from the error through the output to its threshold.",
        "E y_hat theta",
        "y_hat-E theta-y_hat",
    ),
    Step(
        "eq4-thresholds-first-line",
        "The threshold is subtracted, and that is the factor -1.",
        "y_hat theta",
        "theta-y_hat",
    ),
    Step("eq4-thresholds", "The two minus signs cancel.", "theta", "theta-y_hat"),
)
CNN = (
    Step(
        "eq5-outputs",
        "From the loss back to the outputs: the smaller the output of the right digit, the steeper the loss.",
        "CELF y_hat y",
        "y_hat-CELF y-CELF",
    ),
    Step(
        "eq6-quotients",
        "Through the softmax: every output hangs on every input, by the quotient rule.",
        "y_hat x",
        "x-y_hat",
    ),
    Step("eq6-outputs", "The same Jacobian, written with the outputs alone.", "y_hat x", "x-y_hat"),
    Step(
        "eq7-line-1",
        "The chain rule: what came back to all outputs, each times its slope by one input, is added up.",
        "CELF y_hat x",
        "y_hat-CELF x-y_hat",
    ),
    Step("eq7-line-2", "(5) and (6) put in, the output i apart from all others.", "y_hat x", "x-y_hat"),
    Step("eq7-line-3", "The quotients cancel.", "x", "x-y_hat"),
    Step("eq7-line-4", "The labels are collected into one sum; so far any labels will do.", "x y", "x-y_hat"),
    Step("eq7-line-5", "The labels sum to one, and what is left is output minus label.", "x y", "x-y_hat"),
    Step(
        "eq8-weights",
        "Into the fully connected layer: an output grows with a weight as fast as the input before it is large.",
        "x W a",
        "W-x",
    ),
    Step("eq8-bias", "With its bias it grows one to one.", "x b", "b-x"),
    Step("eq9-weights-first-line", "The chain rule, to the weights of the layer.", "x W", "W-x"),
    Step("eq9-weights", "(7) and (8) put in: error times input.", "x W a", "W-x"),
    Step("eq9-bias-first-line", "The chain rule, to the biases of the layer.", "x b", "b-x"),
    Step("eq9-bias", "(7) and (8) put in: the error itself.", "x b", "b-x"),
    Step(
        "eq10-input-first-line",
        "On to the inputs of the layer: each feeds all outputs, so all of them send it a share.",
        "x a",
        "a-x",
    ),
    Step("eq10-input", "(7) put in: the errors of all outputs, each times its weight.", "x a W", "a-x"),
    Step("eq11-entries", "The pooling: how many entries of c go into it.", "c a", "c-a"),
    Step("eq11-map", "Forward, an entry of a is the mean of a 2 x 2 block of c.", "c a", "c-a"),
    Step("eq11-derivative", "Back, each entry of the block gets a quarter.", "a c", "c-a"),
    Step(
        "eq11-no-effect",
        "May that quarter be left out? Only if all gradients had it.",
        "c a v q W b",
        "c-a v-d q-d W-x b-x",
    ),
    Step(
        "eq12-sigmoid",
        "Through the sigmoid, entry by entry: where it is flat, little comes through.",
        "c d",
        "d-c",
    ),
    Step(
        "eq13-map",
        "The convolution forward: each window of the image times the filter, plus the bias.",
        "U v q d",
        "U-d v-d q-d",
    ),
    Step(
        "eq13-code-1",
        "The same in the report's listing, with the sigmoid in it.",
        "X U v q d c",
        "X-U U-d v-d q-d d-c",
    ),
    Step("eq14-weights", "The convolution grows with a weight as fast as the pixel under it is dark.", "d v U", "v-d"),
    Step("eq14-bias", "With its bias it grows one to one.", "d q", "q-d"),
    Step(
        "eq15-weights-first-line",
        "All of it together, to the filter: over all pooled places, and in each over its block.",
        "a c d v",
        "c-a d-c v-d",
    ),
    Step("eq15-weights", "(10), (11), (12) and (14) put in.", "a c d v U", "c-a d-c v-d U-d"),
    Step("eq15-bias-first-line", "The same way, to the filter's bias.", "a c d q", "c-a d-c q-d"),
    Step("eq15-bias", "(10), (11), (12) and (14) put in; only the pixel is missing.", "a c d q", "c-a d-c q-d"),
)
STEPS = {"cnn": CNN, "dense": DENSE}
