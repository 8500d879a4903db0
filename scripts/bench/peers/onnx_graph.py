"""Builds ONNX graphs of Transformers by hand: only the operators that inference needs, and those in the forms
that onnxruntime fuses (bias into product, scale into the query's weights, query, key and value in one product)."""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


class Graph:
    def __init__(self, heads, width):
        self.nodes, self.constants, self.inputs, self.outputs = [], {}, [], []
        self.heads, self.head_dim, self.width = heads, width // heads, width
        self.products = {}  # input of each product by the product's name
        self.split_heads = self.integers("split_heads", [0, 0, heads, self.head_dim])
        self.join_heads = self.integers("join_heads", [0, 0, width])

    def input(self, name, kind, shape):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, value, name, kind, shape):
        for node in self.nodes:  # renamed, for an Identity would copy
            for names in (node.input, node.output):
                names[:] = [name if v == value else v for v in names]
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def constant(self, name, array):
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def integers(self, name, values):
        return self.constant(name, np.array(values, np.int64))

    def node(self, operator, inputs, outputs=1, **attributes):
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names if outputs > 1 else names[0]

    def linear(self, x, name, weight, bias):
        self.products[name] = x
        y = self.node("MatMul", [x, self.constant(name + ".weight", weight)])
        return self.node("Add", [y, self.constant(name + ".bias", bias)])

    def norm(self, x, name, weights, epsilon=1e-5):
        weight, bias = weights
        scale = self.constant(name + ".weight", weight)
        return self.node("LayerNormalization", [x, scale, self.constant(name + ".bias", bias)],
                         epsilon=epsilon, axis=-1)

    def projections(self, x, name, linears):
        """Several products of one input as one, then split."""
        weight = np.concatenate([w for w, _ in linears], axis=1)
        bias = np.concatenate([b for _, b in linears])
        y = self.linear(x, name, weight, bias)
        sizes = self.integers(name + ".sizes", [w.shape[1] for w, _ in linears])
        return self.node("Split", [y, sizes], len(linears), axis=-1)

    def heads_of(self, x, order=(0, 2, 1, 3)):
        return self.node("Transpose", [self.node("Reshape", [x, self.split_heads])], perm=order)

    def attention(self, query, key, value, bias=None):
        """query [batch, heads, q, dim], key [batch, heads, dim, k], value [batch, heads, k, dim]."""
        scores = self.node("MatMul", [query, key])
        if bias is not None:
            scores = self.node("Add", [scores, bias])
        weights = self.node("Softmax", [scores], axis=-1)
        context = self.node("MatMul", [weights, value])
        context = self.node("Transpose", [context], perm=(0, 2, 1, 3))
        return self.node("Reshape", [context, self.join_heads])

    def feed_forward(self, x, names, linears, activation):
        hidden = self.linear(x, names[0], *linears[0])
        hidden = self.node(activation, [hidden])
        return self.linear(hidden, names[1], *linears[1])

    def table_rows(self, table, first, length):
        """Rows first .. first + length of a table of positions; both `[1]`."""
        return self.node("Slice", [table, first, self.node("Add", [first, length]), self.zero])

    @property
    def zero(self):
        return self.integers("zero", [0])

    def size(self, x, axis):
        """Size of one axis, as `[1]`."""
        return self.node("Shape", [x], start=axis, end=axis + 1)

    def model(self, name):
        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs,
                                  list(self.constants.values()))
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def scaled(linear, factor):
    weight, bias = linear
    return weight * factor, bias * factor
