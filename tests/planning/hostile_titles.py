"""Titles of deadlines with words that only look like days, times and zones."""

from __future__ import annotations

HOSTILE = (
    *("Step 2 CK", "Step 3", "IM 12", "USMLE Step 2 CS review", "Dr. May", "Dr. March", "Prof. June", "May Clinic"),
    *("Mayo Clinic interview", "Central Michigan University", "Pacific Northwest program", "CT surgery elective"),
    *(
        "PT evaluation",
        "PGY-1 contract",
        "FM/IM statements",
        "24/7 hotline",
        "Augusta University",
        "Eastern Virginia MS",
    ),
    *("Monday's slides", "ERAS 2027", "Match 2027 list", "Dr. Friday", "SOAP round 2", "Hawaii residency", "Room 12"),
    *("1st LoR", "2nd interview", "Marching band", "Decatur Memorial", "Sunrise Hospital", "Second look", "St. Luke's"),
    *("No. 5 on the list", "Interview (virtual)", "Séance d'été", "مقابلة", "面接", "H-1B fee $460", "J-1 DS-2019"),
    *("reading time", "full time job", "Friday Harbor", "the 3rd author", "Step 2/3", "AM report", "Noonan clinic"),
    *("2 Mayfield St", "Top 10 programs", "I am ready", "All Saints", "3 programs", "A1C lecture", "Maryland visit"),
)
