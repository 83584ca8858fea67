"""The graphs and the walk, and the rules of the automatic graph."""

import numpy as np

from handgrad.page.networks import NETWORKS
from handgrad.page.point import network_of
from handgrad.report.equations import REPORT


def test_the_walk_goes_through_every_claim_in_the_report_s_order(data):
    walked = [step["claim"] for name in ("dense", "cnn") for step in data["networks"][name]["steps"]]
    assert walked == [claim.id for claim in REPORT]
    assert set(walked) == set(data["claims"])


def test_a_graph_hangs_together(data):
    for network in data["networks"].values():
        names = {node["id"] for node in network["nodes"]}
        edges = {(edge["from"], edge["to"]) for edge in network["edges"]}
        assert {end for edge in edges for end in edge} == names
        assert len({(node["x"], node["y"]) for node in network["nodes"]}) == len(names)
        assert sum(node["kind"] == "loss" for node in network["nodes"]) == 1
        assert {node["letter"] for node in network["nodes"]} <= set(data["letters"])
        for step in network["steps"]:
            assert set(step["nodes"]) <= names
            assert {tuple(edge) for edge in step["edges"]} <= edges
            assert {end for edge in step["edges"] for end in edge} & set(step["nodes"])


def test_every_claim_colours_something_in_its_own_network(data):
    for name, network in data["networks"].items():
        coloured = {claim for part in (*network["nodes"], *network["edges"]) for claim in part["claims"]}
        assert coloured == own(name)


def test_a_parameter_is_coloured_by_all_claims_about_its_gradient(data):
    """Equations (2), (8), (11) and (14) have derivatives of other things by it."""
    for name, network in data["networks"].items():
        for node in (node for node in network["nodes"] if node["kind"] == "parameter"):
            by_it = [claim for claim in REPORT if claim.with_respect_to == (node["letter"],)]
            of_the_loss = [claim.id for claim in by_it if claim.states.startswith(("CELF", "the step"))]
            assert node["claims"] == [one for one in of_the_loss if one in own(name)]


def own(network):
    """The claims of a network."""
    return {claim.id for claim in REPORT if network_of(claim) == network}


def test_the_rules_are_those_of_the_functions(data):
    """By reading the functions: f = 1 / (1 + e^-x); the sum of squares; a row times a matrix plus a row."""
    rules = {name: claim["rules"] for name, claim in data["claims"].items()}
    assert rules["eq2-sigmoid"] == ["divide", "add", "exp", "negative"]  # from the value back to x
    assert rules["eq12-sigmoid"] == ["divide", "add", "exp", "negative"]
    assert rules["eq2-error"] == ["divide", "sum", "power", "subtract"]
    assert rules["eq8-weights"] == ["add", "matmul"]
    assert rules["eq5-outputs"] == ["negative", "divide", "sum", "multiply", "log"]
    assert rules["eq11-entries"] == []  # counted, not differentiated
    assert "average_pooling" in rules["eq11-map"]
    assert "convolution" in rules["eq13-map"]
    assert {"sigmoid", "convolution"} <= set(rules["eq13-code-1"])
    assert {"matmul", "exp", "log"} <= set(rules["eq15-weights"])


def test_a_rule_is_told_with_its_source(data):
    used = {name for claim in data["claims"].values() for name in claim["rules"]}
    assert used == set(data["rules"])
    for source in data["rules"].values():
        assert source.startswith("@derivative_of(")
        assert "return" in source
    assert "def exp(" in data["rules"]["exp"]
    assert "def add_bar(" in data["rules"]["add"]  # a pullback of its own


def test_letters_have_the_shapes_of_the_point(data):
    shapes = {letter["name"]: letter["shape"] for letter in data["claims"]["eq15-weights"]["letters"]}
    assert shapes == {
        "X": [28, 28], "v": [25], "q": [], "W": [144, 10], "b": [10], "y": [10], "U": [576, 25], "d": [576],
        "c": [576], "a": [144], "x": [10], "y_hat": [10],
    }  # fmt: skip
    assert {"n", "k", "N"} & set(shapes) == set()


def test_code_is_that_of_the_form(data):
    told = data["claims"]["eq10-input"]
    assert "(y_hat - y) @ W.T" in told["right"]["code"][0]["source"]
    assert "W[:, i]" in told["printed"]["code"][0]["source"]
    assert data["claims"]["eq9-bias"]["printed"]["code"] == []  # the same as right
    assert all(claim["right"]["code"] for claim in data["claims"].values())
    assert "Formula:" not in told["right"]["code"][0]["source"]


def test_the_two_networks_are_the_report_s():
    assert [node.letter for node in NETWORKS["cnn"].nodes if node.kind == "parameter"] == ["v", "q", "W", "b"]
    assert [node.letter for node in NETWORKS["dense"].nodes if node.kind == "parameter"] == ["w", "theta"]
    assert np.all([node.label for network in NETWORKS.values() for node in network.nodes])
