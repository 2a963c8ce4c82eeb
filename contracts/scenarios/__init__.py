"""Carries out Arazzo descriptions: workflows of API calls, with what must hold after each."""
