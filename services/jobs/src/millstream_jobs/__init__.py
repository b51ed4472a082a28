"""Millstream's jobs service: jobs, functions and artifacts; their REST face, their queue and their facts."""

__version__ = "0.1.0"
