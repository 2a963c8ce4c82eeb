"""What is judged, API by API: plain functions over a trial."""
