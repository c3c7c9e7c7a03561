"""How close two texts are: sentence metrics, diversity, estimated quality."""
