"""Open data: the published figures, given to everybody in the forms of their standards.

Whoever asks gets the same: the closed set that funders and the public see (`kpi.figures`), never more.
"""
