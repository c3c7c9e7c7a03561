"""The inner loops of the stages, compiled by numba: arrays of UTF-8 bytes in, arrays of figures out.

`compiled` is how a kernel is made, `utf8` how a column becomes arrays, `memory` how bytes are hashed eight at a time,
`lines` a table of all lines of a frame. The other modules are named after the stage that they serve. Importing any of
them loads numba, so stages import them inside the functions that need them.
"""
