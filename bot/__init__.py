"""The shell: the only package that imports telegram, aiosqlite, asyncpg, apscheduler, starlette and aiohttp."""
