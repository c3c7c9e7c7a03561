"""Finding private data: one kind a module, behind the contract in `kinds.py`.

`scan.py` looks at every byte once and returns the few places worth a closer look; the kinds look there alone;
`find.py` brings the two together and settles overlaps; `replace.py` does what the recipe asks for.
"""
