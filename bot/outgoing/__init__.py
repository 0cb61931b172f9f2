"""Messages out: what a person is shown leaves the process here and nowhere else."""
