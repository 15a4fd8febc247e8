"""An empty settings file, for a server that would otherwise read one in an app's folder."""
