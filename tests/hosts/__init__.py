"""Whole hosts: Debian in a folder, where the image's steps and the systemd unit run for real."""
