# SPDX-License-Identifier: Apache-2.0
"""What the kernels are built of: bits of words, many words compared at once, and asking for memory ahead.

numba's cache looks at the file of a kernel alone: who changes this one touches `kernels.py` and `filling.py` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

VECTOR = 16  # marks that are compared at once
WORDS = 32  # words of rows that are compared at once


def compiled(function: Callable[..., Any]) -> Any:
    """Compiled at its first call, and from numba's cache after; where no place can be written to, in memory only."""
    try:
        return njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "no locator available"
        return njit(nogil=True)(function)


@intrinsic
def ones(_context, word):
    """How many bits of a 64-bit word are set."""

    def build(_target, builder, _signature, given):
        return builder.ctpop(given[0])

    return types.uint64(types.uint64), build


@intrinsic
def prefetch(_context, array, at):
    """Ask for the cache line of `array[at]` (one dimension), and do not wait."""

    def build(context, builder, signature, given):
        data = context.make_array(signature.args[0])(context, builder, given[0]).data
        place = builder.bitcast(builder.gep(data, [given[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [place.type, number, number, number])
        hint = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(hint, [place, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, at), build


def _counted(builder, loaded, wanted, kind):
    """Of a vector of words: how many bits of each differ from its own in `wanted`."""
    name = f"llvm.ctpop.v{kind.count}i{kind.element.width}"
    count = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind]), name)
    return builder.call(count, [builder.xor(loaded, wanted)])


def _vector(builder, array, at, kind):
    """A vector read from `array[at]` on, wherever that lies in memory."""
    place = builder.bitcast(builder.gep(array.data, [at]), kind.as_pointer())
    return builder.load(place, align=kind.element.width // 8)


def _filled(builder, values, kind):
    """A vector of these values, over and over."""
    found = ir.Constant(kind, ir.Undefined)
    for place in range(kind.count):
        found = builder.insert_element(found, values[place % len(values)], ir.IntType(32)(place))
    return found


@intrinsic
def alike(_context, marks, at, mark, room):
    """Of the marks from `marks[at]` on, one vector: a bit for each that differs in at most `room` bits from `mark`."""

    def build(context, builder, signature, given):
        kind = ir.VectorType(ir.IntType(16), VECTOR)
        array = context.make_array(signature.args[0])(context, builder, given[0])
        most = _filled(builder, [builder.trunc(given[3], kind.element)], kind)
        wanted = _filled(builder, [builder.trunc(given[2], kind.element)], kind)
        apart = _counted(builder, _vector(builder, array, given[1], kind), wanted, kind)
        bits = builder.bitcast(builder.icmp_unsigned("<=", apart, most), ir.IntType(VECTOR))
        return builder.zext(bits, ir.IntType(64))

    return types.uint64(marks, types.int64, types.uint64, types.uint64), build


@intrinsic
def halves_within(_context, first, at, word, after, radius):
    """Of as many words from `first[at]` on: a bit for each pair that is within `radius` of `word` and `after`."""

    def build(context, builder, signature, given):
        kind = ir.VectorType(ir.IntType(64), WORDS)
        half = ir.VectorType(ir.IntType(64), WORDS // 2)
        array = context.make_array(signature.args[0])(context, builder, given[0])
        apart = _counted(
            builder, _vector(builder, array, given[1], kind), _filled(builder, [given[2], given[3]], kind), kind
        )
        even, odd = (
            builder.shuffle_vector(
                apart, apart, ir.Constant(ir.VectorType(ir.IntType(32), WORDS // 2), list(range(begin, WORDS, 2)))
            )
            for begin in (0, 1)
        )
        close = builder.icmp_unsigned("<=", builder.add(even, odd), _filled(builder, [given[4]], half))
        return builder.zext(builder.bitcast(close, ir.IntType(WORDS // 2)), ir.IntType(64))

    return types.uint64(first, types.int64, types.uint64, types.uint64, types.uint64), build


@intrinsic
def lowest(_context, word):
    """The place of the lowest bit that is set."""

    def build(_target, builder, _signature, given):
        return builder.cttz(given[0], ir.IntType(1)(1))

    return types.int64(types.uint64), build


@compiled
def cut(here, there, low, bits):
    """The `bits` bits from bit `low` on, where `here` is the word in which they begin and `there` the one after it.

    Takes words, never arrays: an array that is handed to a function is counted, atomically, at every call.
    """
    off = np.uint64(low & 63)
    value = (here >> off) | ((there << np.uint64(1)) << (np.uint64(63) - off))
    return np.int64(value & ((np.uint64(1) << np.uint64(bits)) - np.uint64(1)))


@compiled
def chunk_of(words, low, bits):
    """The same of four words."""
    word = low >> 6
    return cut(words[word], words[min(word + 1, 3)], low, bits)


@compiled
def row_chunk(first, rest, row, low, bits):
    """The same of a row, whose words 0 and 1 stand in `first`, 2 and 3 in `rest`."""
    word, after = low >> 6, min((low >> 6) + 1, 3)
    here = first[2 * row + word] if word < 2 else rest[2 * row + word - 2]
    there = first[2 * row + after] if after < 2 else rest[2 * row + after - 2]
    return cut(here, there, low, bits)
