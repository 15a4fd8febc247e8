"""The settings of a server that would otherwise read those in an app's folder: none."""
