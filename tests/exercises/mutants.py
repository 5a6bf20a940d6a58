"""Small changes of a solution, each of them a mistake that somebody could make: no check may take them for right."""

import ast
from collections.abc import Iterator

from course_utils.exercises.solutions import BEGIN, END

OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,), ast.Pow: (ast.Mult,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip
# what holds the numbers makes no difference, as another test makes sure
CONTAINERS = ("int", "float", "list", "tuple", "np.array", "np.asarray")
SYMMETRIC = ("np.maximum", "np.minimum", "np.clip", "min", "max")
COMMUTATIVE = (ast.Add, ast.Mult, ast.BitAnd, ast.BitOr)
NAMES = {
    "min": "max", "max": "min", "argmin": "argmax", "argmax": "argmin", "maximum": "minimum", "mean": "sum", "sum": "mean",
    "any": "all", "all": "any", "ceil": "floor", "sin": "cos", "exp": "square", "sqrt": "abs", "tanh": "sin", "log": "log2",
    "GlobalAveragePooling1D": "GlobalMaxPooling1D", "GlobalMaxPooling1D": "GlobalAveragePooling1D",
    "GlobalAveragePooling2D": "GlobalMaxPooling2D", "GlobalMaxPooling2D": "GlobalAveragePooling2D",
    "MaxPooling2D": "AveragePooling2D", "AveragePooling2D": "MaxPooling2D",
}  # fmt: skip
TEXTS = {
    "relu": "tanh", "sigmoid": "softmax", "softmax": "sigmoid", "tanh": "relu",
    "causal": "same", "same": "valid", "valid": "same",
    "uint8": "int64", "float32": "float64", "float64": "float32",
}  # fmt: skip


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """Each change of what stands between the marks of a cell: in words, such as `a + b → a - b`, and the cell with it."""
    tree, seen = ast.parse(source), {ast.dump(ast.parse(source))}
    for keyword in ast.walk(tree):
        if isinstance(keyword, ast.keyword) and keyword.arg == "axis":
            keyword.value.in_order = False
    for node in _solved(tree, source):
        before = ast.get_source_segment(source, node) or ""
        for after in _changes(node):
            changed = _with(source, node, after)
            try:
                dump = ast.dump(ast.parse(changed))
            except SyntaxError:
                continue
            if dump not in seen:
                seen.add(dump)
                yield f"{_in_a_line(before)} → {_in_a_line(after)}", changed


def _solved(tree: ast.AST, source: str) -> list[ast.AST]:
    """The nodes between the marks, from the outermost in."""
    lines = [line.strip() for line in source.split("\n")]
    solved = [range(begin, end) for begin, end in zip(_places(lines, BEGIN), _places(lines, END), strict=True)]
    return [node for node in ast.walk(tree) if any(getattr(node, "lineno", 0) - 1 in region for region in solved)]


def _places(lines: list[str], mark: str) -> list[int]:
    return [place for place, line in enumerate(lines) if line == mark]


def _with(source: str, node: ast.AST, text: str) -> str:
    lines = source.encode().split(b"\n")
    before = [*lines[: node.lineno - 1], lines[node.lineno - 1][: node.col_offset]]
    after = [lines[node.end_lineno - 1][node.end_col_offset :], *lines[node.end_lineno :]]
    return (b"\n".join(before) + text.encode() + b"\n".join(after)).decode()


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


def _changes(node: ast.AST) -> Iterator[str]:
    """Texts to put in the place of a node."""
    if isinstance(node, ast.stmt):
        yield from _changed_statements(node)
    elif isinstance(node, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node, part):
                yield ast.unparse(ast.Slice(**{"lower": node.lower, "upper": node.upper, "step": node.step, part: None}))
    elif isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
        yield from (f"({ast.unparse(other)})" for other in _changed_expressions(node))


def _changed_statements(node: ast.stmt) -> Iterator[str]:
    yield "pass"
    if isinstance(node, ast.If):
        for known in ("True", "False"):
            yield ast.unparse(ast.If(ast.Name(known), node.body, node.orelse)).replace("\n", "\n" + " " * node.col_offset)
    body = getattr(node, "body", [])
    for place in range(len(body) - 1):
        swapped = [*body[:place], body[place + 1], body[place], *body[place + 2 :]]
        changed = type(node)(**{**dict(ast.iter_fields(node)), "body": swapped})
        yield ast.unparse(ast.copy_location(changed, node)).replace("\n", "\n" + " " * node.col_offset)


def _changed_expressions(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            yield from (ast.BinOp(left, other(), right) for other in OPERATORS.get(type(op), ()))
            yield from (left, right)
            if not isinstance(op, COMMUTATIVE):
                yield ast.BinOp(right, op, left)
        case ast.BoolOp(op=op, values=values):
            yield from (ast.BoolOp(other(), values) for other in OPERATORS[type(op)])
            yield from values
        case ast.Compare(left=left, ops=[op], comparators=right):
            yield from (ast.Compare(left, [other()], right) for other in OPERATORS.get(type(op), ()))
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(body=body, orelse=orelse):
            yield from (body, orelse)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            yield from (ast.Call(function, arguments, [other for other in keywords if other is not one]) for one in keywords)
            if ast.unparse(function) not in CONTAINERS:
                yield from arguments[:1]
            if isinstance(function, ast.Attribute):
                yield function.value
            if len(arguments) > 1 and ast.unparse(function) not in SYMMETRIC:
                yield ast.Call(function, [arguments[1], arguments[0], *arguments[2:]], keywords)
        case ast.Subscript(value=value):
            yield value
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for place, part in enumerate(parts):
                others = [*parts[:place], *parts[place + 1 :]]
                yield type(node)(others, node.ctx)
                if getattr(node, "in_order", True):
                    yield type(node)([*others[: place + 1], part, *others[place + 1 :]], node.ctx)
        case ast.ListComp(elt=part, generators=loops) | ast.GeneratorExp(elt=part, generators=loops):
            if any(loop.ifs for loop in loops):
                yield type(node)(part, [ast.comprehension(loop.target, loop.iter, [], 0) for loop in loops])
        case ast.Attribute(value=value, attr=name) if name in NAMES:
            yield ast.Attribute(value, NAMES[name])
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Constant(value=value):
            yield from (ast.Constant(other) for other in _changed_values(value) if other != value)


def _changed_values(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, float) or (isinstance(value, int) and abs(value) > 100):
        yield from (2 * value, 0.5 * value, -value)
    elif isinstance(value, int):
        yield from (value + 1, value - 1, 2 * value)
    elif isinstance(value, str) and value in TEXTS:
        yield TEXTS[value]
    elif isinstance(value, str):
        yield from (value[:place] + value[place + 1 :] for place in range(len(value)))
