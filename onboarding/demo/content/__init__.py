"""What the demo's towns are and what their citizens report: one JSON file for each town, arms beside it."""
