"""Does the instrument measure? Experiments on the generator, the rotation and the verdicts themselves."""
