"""What the commands are given and must refuse: arguments, and what the one line on stderr says.

The arguments are words of a shell; in braces stand files that `prepared` makes in the current folder.
"""

import os
import shlex

import numpy as np

from tests.trust import files

EVIL = "'e\n\x1b[2Jvil<script>{}'"  # between a shell's quotes


def prepared():
    """The files that the rows name."""
    files.model("m.npz")
    files.model("dense.npz", files.DENSE, "dense")
    files.model("seed.npz", settings={"seed": "x"})
    files.model("odd.npz", settings={"batch": -3})
    files.model("done.npz", epoch=2, step=4, history=[{}, {}])
    files.cut()
    files.damaged()
    files.pickled()
    files.archive_of("other.npz", {"a.npy": b""})
    files.array(files.image(), "image.npy")
    files.array(files.image((3, 3)), "small.npy")
    files.array(files.image() * np.nan, "nan.npy")
    files.array(1 - files.image(), "dark.npy")
    files.written("empty", b"")
    files.written("text.txt", b"hello")
    files.written("image.png", b"\x89PNG\r\n\x1a\nno more")
    files.written("none.py", b"x = 1\n")
    files.written("syntax.py", b"def (:\n")
    files.written("imports.py", b"import no_such_module_at_all\n")
    files.written("leaves.py", b"import sys\nsys.exit(0)\n")
    files.written("zeros.py", b"x = '\0'\n")
    files.written("latin.py", b"x = '\xff'\n")
    files.folder("folder")
    files.folder("half", **{"train-images-idx3-ubyte": b"\0\0\x08\x03"})
    os.mkdir(files.EVIL)
    files.written(files.EVIL + ".npz", b"PK")
    files.written(files.EVIL + ".py", b"x = 1\n")
    files.written(files.EVIL + ".png", b"no picture")


ROWS = {
    # verify
    "verify 16": r"equation: wanted one of \(1\) to \(15\) or 'beyond', got '16'",
    "verify ''": "equation: wanted one of .*, got ''",
    "verify 0x10": "equation: wanted one of .*, got '0x10'",
    "verify '１０'": "equation: wanted one of .*, got '１０'",
    "verify '1\n2'": r"equation: wanted one of .*, got '1\\n2'",
    "verify '\x1b[2J'": r"equation: wanted one of .*, got '\\x1b\[2J'",
    "verify 10 --seed -1": "'--seed': -1 is not in the range",
    "verify 10 --seed 1.5": "'--seed': '1.5' is not a valid integer",
    "verify 10 --size huge": "'--size': 'huge' is not one of",
    "verify 10 --batch 0": "'--batch': 0 is not in the range",
    "verify 10 --batch 65": "'--batch': 65 is not in the range",
    "verify 10 --filters 99999999999999999999": "'--filters': .* is not in the range",
    "verify --nonsense": "No such option '--nonsense'",
    # show
    "show": "Missing argument 'EQUATIONS...'",
    "show 99": "equation: wanted one of .*, got '99'",
    "show 10 ''": "equation: wanted one of .*, got ''",
    "show 10 --json": "No such option '--json'",
    "show '<script>'": "equation: wanted one of .*, got '<script>'",
    # compare
    "compare": "Missing argument 'EQUATION'",
    "compare 99": "equation: wanted one of .*, got '99'",
    "compare 10 '\x1b[2J'": r"unexpected extra argument \(\\x1b\[2J\)",
    "compare 10 --part nope": "part: wanted one of 'input, first line', 'input', got 'nope'",
    "compare 10 --part '\x1b[2J'": r"part: wanted one of .*, got '\\x1b\[2J'",
    "compare 10 --form yours": "'--form': 'yours' is not one of",
    "compare beyond --form printed": "--form: wanted one of right for .*, got printed",
    "compare 10 --form right --try a": "wanted one of --form, --try and -i, got several",
    "compare 10 -i --json": "wanted one of --form, --try and -i, got several",
    "compare 9 --try a": 'wanted one of --part "weights, first line", .*, got none',
    "compare 10 --try ''": "formula: wanted an expression, got nothing",
    "compare 10 --try 'a +'": r"formula: wanted one expression, got 'a \+': invalid syntax",
    "compare 10 --try 'W @ (y_hat - y'": "formula: wanted one expression, got .*never closed",
    "compare 10 --try 'W @ (yhat - y)'": r"one of the letters .*, got 'yhat'; did you mean y_hat\?",
    "compare 10 --try 'np.sumn(W, axis=1)'": "got 'sumn'; did you mean sum",
    "compare 10 --try 'np.sum(W, axes=1)'": "can't be computed: .*axes",
    "compare 10 --try 'np.sum(W, axis=7)'": "can't be computed: axis 7 is out of bounds",
    "compare 10 --try 'b[99]'": "can't be computed: index 99 is out of bounds",
    "compare 10 --try 'W @ y @ y @ W'": "can't be computed: ",
    "compare 10 --try '1j * a'": "formula: wanted a real number, got 1j",
    "compare 10 --try \"'a'\"": "formula: wanted a number or an array of numbers",
    "compare 10 --try '[[a], [a, a]]'": "can't be computed: ",
    "compare 10 --try '(a\n+ \x1b[2J)'": r"wanted one expression, got '\(a\\n\+ \\x1b\[2J\)'",
    "compare 10 --try '<script>alert(1)</script>'": "wanted one expression, got '<script>",
    "compare 10 --try 'os.system(\"true\")'": "wanted one of the letters .*, got '(system|os)'",
    "compare 10 --try 'np.load(\"m.npz\")'": "one of the letters .* or np.<function>, got 'load'",
    "compare 10 --try '9**9**9 * a'": "can't be computed: ",
    "compare 10 --try 'np.ones((3000, 3000)) @ np.ones((3000, 3000))'": "at most 500000000 multiplications",
    "compare 11 --part entries --try " + "9" * 400: "can't be computed: int too large",
    "compare 10 --batch 99": "'--batch': 99 is not in the range",
    # check
    "check": "Missing argument 'PATHS...'",
    "check no.py": "wanted a .py file or a folder, got no.py, which is not there",
    "check folder": "folder: wanted a function declared .*, got none",
    "check text.txt": "wanted a .py file or a folder, got text.txt",
    "check none.py": "none.py: wanted a function declared .*, got a file without one",
    "check none.py -k x": "none.py: wanted a function declared .*, got a file without one",
    "check syntax.py": "wanted a file that can be imported, got SyntaxError",
    "check zeros.py": "wanted a file that can be imported, got .*null bytes",
    "check latin.py": "wanted a file that can be imported, got SyntaxError",
    "check imports.py": "wanted a file that can be imported, got ModuleNotFoundError",
    "check leaves.py": "wanted a file that can be imported, got SystemExit: 0",
    "check " + EVIL.format(".py"): r"e\\n\\x1b\[2Jvil<script>.py: wanted a function declared",
    "check " + EVIL.format("/no.py"): r"got e\\n\\x1b\[2Jvil<script>/no.py, which is not there",
    "check none.py --seed -1": "'--seed': -1 is not in the range",
    # train
    "train": "wanted a network, dense or cnn, got none",
    "train rnn": "'rnn' is not one of 'dense', 'cnn'",
    "train dense --epochs 0": "'--epochs': 0 is not in the range",
    "train dense --epochs 99999999999999999999": "epochs: wanted an integer from 1 to .*, got 9999",
    "train dense --rate nan": "rate: wanted a number above 0, got nan",
    "train dense --rate 1e999": "rate: wanted a number above 0, got inf",
    "train dense --rate fast": "'--rate': 'fast' is not a valid float",
    "train dense --batch 99999999": "batch: wanted an integer from 1 to 100000, got 99999999",
    "train dense --momentum 1": "momentum: wanted a number from 0 to below 1, got 1.0",
    "train dense --hidden 0": "'--hidden': 0 is not in the range",
    "train cnn --filters 99999999": "filters: wanted an integer from 1 to 4096, got 99999999",
    "train dense --filters 2": "wanted --filters with cnn, got it with dense",
    "train --load m.npz --hidden 2": "wanted --hidden with dense, got it with cnn",
    "train dense --dtype int8": "'--dtype': 'int8' is not one of",
    "train dense --start warm": "'--start': 'warm' is not one of",
    "train dense --seed 99999999999999999999": "seed: wanted an integer from 0 to .*, got 9999",
    "train dense --data no": "no: wanted a folder with IDX files, got none",
    "train dense --data text.txt": "text.txt: wanted a folder with IDX files, got none: Not a directory",
    "train dense --data folder": "folder: wanted .*, got an empty folder",
    "train dense --data half": "half: wanted train-labels-idx1-ubyte.* to go with train-images",
    "train dense --data " + EVIL.format(""): r"e\\n\\x1b\[2Jvil<script>: wanted .*, got an empty folder",
    "train dense --data folder --mnist": "wanted --data or --mnist, got both",
    "train --load no.npz": "no.npz: wanted a model file, got none",
    "train --load other.npz": "other.npz: wanted a model file, got another zip",
    "train --load cut.npz": "cut.npz: wanted a model file, got no zip, or a damaged one",
    "train --load damaged.npz": "damaged.npz: ",
    "train --load empty": "empty: wanted a model file, got no zip",
    "train --load folder": "folder: wanted a model file, got a folder",
    "train --load " + EVIL.format(".npz"): r"e\\n\\x1b\[2Jvil<script>.npz: wanted a model file, got no zip",
    "train dense --load m.npz": "wanted the network of m.npz, cnn, got dense",
    "train --resume m.npz --load m.npz": "wanted --resume alone, got --load with it",
    "train --resume m.npz --by both": "wanted --resume alone, got --by both with it",
    "train --resume seed.npz": "seed: wanted an integer .*, got 'x'",
    "train --resume odd.npz": "batch: wanted an integer .*, got -3",
    "train --resume done.npz --epochs 2": "wanted --epochs above the 2 of done.npz, got 2",
    "train dense --as-printed": "wanted --as-printed with cnn, got dense",
    "train --as-printed --save x.npz": "wanted --as-printed .*without models, got other options",
    "train dense --every 2": "wanted --every with --by both, got it without",
    "train dense --save folder": "folder: wanted a file to write a model to, got a folder",
    "train dense --save no/x.npz": "no/x.npz: wanted a file in a folder that there is",
    "train dense --save " + EVIL.format("no/x"): r"e\\n\\x1b\[2Jvil<script>no/x: wanted a file in a folder",
    "train dense --save text.txt": "text.txt: wanted a new file or a model to write over, got a file that is no model",
    "train dense --save m.npz": "m.npz: wanted a new file, got a model that there is already",
    "train dense --save m.npz --plot m.npz": "wanted a file of its own for --save, got m.npz",
    "train dense --plot x.bmp": r"x.bmp: wanted a picture .svg, .png, .pdf, got .bmp",
    "train dense --plot text.txt": "text.txt: wanted a picture .*, got .txt",
    "train dense --log folder": "folder: wanted a file for the log, got a folder",
    "train dense --log text.txt": "text.txt: wanted a new file for the log, got one that there is already",
    # predict
    "predict": "Missing argument 'MODEL'",
    "predict m.npz": "Missing argument 'IMAGE...'",
    "predict no.npz image.npy": "no.npz: wanted a model file, got none",
    "predict other.npz image.npy": "other.npz: wanted a model file, got another zip",
    "predict image.npy m.npz": "image.npy: wanted a model file, got no zip",
    "predict m.npz no.npy": "no.npy: wanted a file with images, got none",
    "predict m.npz folder": "folder: wanted a file with images, got a folder",
    "predict m.npz empty": "empty: wanted an .npy or IDX file or a picture",
    "predict m.npz small.npy": "small.npy: wanted an image of 28 x 28 pixels, got 3 x 3",
    "predict m.npz nan.npy": "nan.npy: wanted floats from 0 to 1, got nan",
    "predict m.npz dark.npy": "dark.npy: wanted light ink on dark paper",
    "predict m.npz pickled.npy": "pickled.npy: wanted an .npy or IDX file or a picture",
    "predict m.npz image.npy --invert": "image.npy: wanted dark ink on light paper",
    "predict m.npz image.npy no.npy": "no.npy: wanted a file with images, got none",
    "predict m.npz image.png": "image.png: wanted an .npy or IDX file or a picture that may be read, got another",
    "predict m.npz " + EVIL.format(".png"): r"e\\n\\x1b\[2Jvil<script>.png: wanted an .npy or IDX file or a picture",
    # look
    "look": "Missing argument 'MODEL'",
    "look no.npz": "no.npz: wanted a model file, got none",
    "look damaged.npz": "damaged.npz: ",
    "look seed.npz": "seed.npz: wanted the setting seed as an integer of at least 0, got 'x'",
    "look m.npz -o x.bmp": "x.bmp: wanted a picture .*, got .bmp",
    "look m.npz -o no/x.svg": "no/x.svg: wanted a file in a folder that there is",
    "look m.npz --data no": "no: wanted a folder with IDX files, got none",
    "look m.npz --data half --mnist": "wanted --data or --mnist, got both",
    "look " + EVIL.format(".npz"): r"e\\n\\x1b\[2Jvil<script>.npz: wanted a model file",
    # page, lesson, lab
    "page": "Missing option '-o'",
    "page -o folder": "folder: wanted a file to write a page to, got a folder",
    "page -o none/page.html": "none/page.html: wanted a file in a folder that there is, got no folder",
    "page -o text.txt": "text.txt: wanted a new file, got one that there is already; --force writes over it",
    "page -o new.html --lang fr": "'--lang': 'fr' is not one of 'en', 'zh'",
    "page -o new.html --seed -1": "'--seed': -1 is not in the range",
    "lesson 16": r"equation: wanted one of \(1\) to \(15\), got '16'",
    "lesson --score text.txt": "text.txt: wanted the score of `handgrad lesson`, got something else",
    "lesson --score empty": "empty: wanted the score of `handgrad lesson`, got something else",
    "lesson --score folder": "folder: wanted a file for the score, got a folder",
    "lesson --score none/score": "none/score: wanted a file in a folder that there is, got no folder",
    "lesson --seed x": "'--seed': 'x' is not a valid integer",
    "lab --port 0": "'--port': 0 is not in the range",
    "lab --port 65536": "'--port': 65536 is not in the range",
    "lab --seed -1": "'--seed': -1 is not in the range",
    # doctor, and no command
    "doctor x": r"unexpected extra argument \(x\)",
    "doctor '\x1b[2J'": r"unexpected extra argument \(\\x1b\[2J\)",
    "doctor --fix": "No such option '--fix'",
    "nonsense": "No such command 'nonsense'",
    "'\x1b[2J'": r"No such command '\\x1b\[2J'",
}  # fmt: skip


def arguments(row):
    return shlex.split(row)
