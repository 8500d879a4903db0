"""A SentencePiece model whose ids are those of the checkpoint, as Marian needs it."""
import json
import math
import os

from sentencepiece import sentencepiece_model_pb2 as sentencepiece_model

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def vocabulary_of(directory, size):
    """The directory's own pieces in the order of vocab.json; without them, words `w7` for the ids."""
    path = os.path.join(directory, "source.spm")
    model = own_pieces(directory, path) if os.path.exists(path) else numbered_words(size)
    spec = model.trainer_spec
    spec.vocab_size, spec.eos_id, spec.unk_id, spec.bos_id, spec.pad_id = size, 0, 1, -1, -1
    return model.SerializeToString()


def own_pieces(directory, path):
    model = sentencepiece_model.ModelProto()
    with open(path, "rb") as file:
        model.ParseFromString(file.read())
    with open(os.path.join(directory, "vocab.json")) as file:
        ids = json.load(file)
    known = {piece.piece: (piece.score, piece.type) for piece in model.pieces}
    del model.pieces[:]
    for name in sorted(ids, key=ids.get):
        score, kind = known.get(name, (0.0, CONTROL))
        model.pieces.add(piece=name, score=score, type=kind)
    return model


def numbered_words(size):
    model = sentencepiece_model.ModelProto()
    model.pieces.add(piece="</s>", score=0, type=CONTROL)
    model.pieces.add(piece="<unk>", score=0, type=UNKNOWN)
    for token in range(2, size):
        model.pieces.add(piece=f"▁w{token}", score=-math.log(token), type=NORMAL)
    model.trainer_spec.model_type = 1  # Unigram
    model.normalizer_spec.name = "identity"
    return model
