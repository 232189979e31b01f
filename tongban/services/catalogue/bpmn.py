"""A theme as BPMN 2.0 (ISO/IEC 19510): tasks, gateways where roads part and meet, the layout."""

from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from .joint import Placed

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
OMG_DI = "http://www.omg.org/spec/DD/20100524/DI"
WIDTH, HEIGHT, GAP_X, GAP_Y = 160, 60, 110, 40
for _prefix, _space in (("bpmn", BPMN), ("bpmndi", DI), ("dc", DC), ("di", OMG_DI)):
    register_namespace(_prefix, _space)


def export(code: str, name: str, placed: list[Placed]) -> bytes:
    """Every part waits by a join gateway for those it names; roads begin at one fork."""
    root = Element(f"{{{BPMN}}}definitions", id=f"d_{code}", targetNamespace="urn:tongban:themes")
    process = SubElement(root, f"{{{BPMN}}}process", id=code, name=name, isExecutable="true")
    flows: list[tuple[str, str]] = []
    boxes: dict[str, tuple[float, float, float, float]] = {}
    _node(process, boxes, "startEvent", "start", "", (0, 100, 36, 36))
    _node(process, boxes, "parallelGateway", "fork", "", (80, 93, 50, 50))
    flows.append(("start", "fork"))
    for one in placed:
        x = 200 + one.column * (WIDTH + GAP_X)
        y = 88 + one.row * (HEIGHT + GAP_Y)
        _part(process, boxes, flows, one, x, y)
    last = 200 + (max((one.column for one in placed), default=0) + 1) * (WIDTH + GAP_X)
    _node(process, boxes, "parallelGateway", "join", "", (last, 93, 50, 50))
    _node(process, boxes, "endEvent", "end", "", (last + 90, 100, 36, 36))
    waited = {code for one in placed for code in one.part.after}
    flows += [(f"t_{p.part.code}", "join") for p in placed if p.part.code not in waited]
    flows.append(("join", "end"))
    _fork_where_roads_part(process, boxes, flows)
    for number, (source, target) in enumerate(flows):
        SubElement(
            process, f"{{{BPMN}}}sequenceFlow", id=f"f{number}", sourceRef=source, targetRef=target
        )
    _layout(root, code, boxes, flows)
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _part(
    process: Element,
    boxes: dict[str, tuple[float, float, float, float]],
    flows: list[tuple[str, str]],
    one: Placed,
    x: float,
    y: float,
) -> None:
    task = f"t_{one.part.code}"
    _node(process, boxes, "userTask", task, one.part.name, (x, y, WIDTH, HEIGHT))
    if len(one.part.after) > 1:
        meet = f"m_{one.part.code}"
        _node(process, boxes, "parallelGateway", meet, "", (x - 70, y + 5, 50, 50))
        flows += [(f"t_{code}", meet) for code in one.part.after]
        flows.append((meet, task))
    elif one.part.after:
        flows.append((f"t_{one.part.after[0]}", task))
    else:
        flows.append(("fork", task))


def _fork_where_roads_part(
    process: Element,
    boxes: dict[str, tuple[float, float, float, float]],
    flows: list[tuple[str, str]],
) -> None:
    """A task from which several roads leave gets a gateway of its own."""
    for source in [s for s in boxes if s.startswith("t_")]:
        leaving = [flow for flow in flows if flow[0] == source]
        if len(leaving) < 2:
            continue
        x, y, width, _height = boxes[source]
        fork = f"g_{source}"
        _node(process, boxes, "parallelGateway", fork, "", (x + width + 10, y + 5, 30, 50))
        for flow in leaving:
            flows[flows.index(flow)] = (fork, flow[1])
        flows.append((source, fork))


def _node(
    process: Element,
    boxes: dict[str, tuple[float, float, float, float]],
    kind: str,
    name: str,
    title: str,
    box: tuple[float, float, float, float],
) -> None:
    SubElement(process, f"{{{BPMN}}}{kind}", {"id": name, **({"name": title} if title else {})})
    boxes[name] = box


def _layout(
    root: Element,
    code: str,
    boxes: dict[str, tuple[float, float, float, float]],
    flows: list[tuple[str, str]],
) -> None:
    diagram = SubElement(root, f"{{{DI}}}BPMNDiagram", id="diagram")
    plane = SubElement(diagram, f"{{{DI}}}BPMNPlane", id="plane", bpmnElement=code)
    for name, (x, y, width, height) in boxes.items():
        shape = SubElement(plane, f"{{{DI}}}BPMNShape", id=f"s_{name}", bpmnElement=name)
        bounds = {"x": x, "y": y, "width": width, "height": height}
        SubElement(shape, f"{{{DC}}}Bounds", {key: f"{value:g}" for key, value in bounds.items()})
    for number, (source, target) in enumerate(flows):
        edge = SubElement(plane, f"{{{DI}}}BPMNEdge", id=f"e{number}", bpmnElement=f"f{number}")
        ax, ay, aw, ah = boxes[source]
        bx, by, _bw, bh = boxes[target]
        for px, py in ((ax + aw, ay + ah / 2), (bx, by + bh / 2)):
            SubElement(edge, f"{{{OMG_DI}}}waypoint", x=f"{px:g}", y=f"{py:g}")
