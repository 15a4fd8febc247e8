"""Fairground: the same small application in many web frameworks, measured fairly."""
