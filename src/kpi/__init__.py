"""Monitoring of key performance indicators for social-innovation programmes."""
