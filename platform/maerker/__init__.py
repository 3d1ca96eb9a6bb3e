"""The ground: mechanisms that know a municipality by its id alone."""
