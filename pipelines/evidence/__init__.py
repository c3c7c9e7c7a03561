"""Small tables behind the card and the report: counted from the released rows, so that anybody can recount them.

Each module holds one table, `TABLE`. A worker counts the rows of a released file when it has written them (`of_rows`);
the parts of all files are put together at the end (`merged`). `tables` lists them.
"""
