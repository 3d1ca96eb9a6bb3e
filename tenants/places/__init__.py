"""Ortsteile of a town; in an Amt its Gemeinden."""
