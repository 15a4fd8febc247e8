"""What runs in an app's environment, and imports nothing of ours."""
