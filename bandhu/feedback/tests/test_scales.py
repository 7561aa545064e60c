"""The figures, against numbers worked out elsewhere."""

import pytest

from bandhu.feedback.scales import figure_of


def test_satisfaction_is_the_share_of_the_two_best():
    figure = figure_of("csat", {5: 60, 4: 20, 3: 10, 1: 10})
    assert figure.value == pytest.approx(0.8)
    # Wilson's interval of 80 in 100.
    assert (figure.low, figure.high) == (pytest.approx(0.7112, abs=1e-4), pytest.approx(0.8666, abs=1e-4))


def test_recommendation_is_a_difference():
    figure = figure_of("nps", {10: 30, 9: 20, 8: 30, 3: 20})
    assert figure.value == pytest.approx(0.3)
    # 1.96 * sqrt((0.5 + 0.2 - 0.09) / 100)
    assert figure.high - figure.value == pytest.approx(0.15308, abs=1e-5)


def test_all_of_one_opinion_stays_on_the_scale():
    assert figure_of("nps", {0: 3}).low == -1
    assert 0 < figure_of("csat", {1: 3}).high < 1


def test_without_answers_there_is_no_figure():
    assert figure_of("ces", {}) is None
