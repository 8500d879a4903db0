// A `cblas_sgemm` whose large products are computed in bfloat16, with sums in float32, by MKL on processors with AMX.
// Heed takes it as any other BLAS:
//
//     gcc -O3 -march=native -shared -fPIC scripts/models/sgemm_bf16.c -o libsgemm_bf16.so -L MKL/lib -l:libmkl_rt.so.3 -Wl,-rpath,MKL/lib
//     HEED_BLAS=$PWD/libsgemm_bf16.so deno task train CONFIG
//
// MKL: the folder that PyPI's `mkl` comes with. Weights, gradients and the optimizer stay in float32; only the factors of
// a product are rounded, on their way in.
#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, SEQUENTIAL = 1 };

// Multiplications from which on rounding pays.
static const double LEAST = 4e6;
// Of a product as large and as shallow as that, writing the result takes longer than computing it.
static const double WIDE = 2e6;
static const int SHALLOW = 256;

extern int MKL_Set_Threading_Layer(int);
extern void cblas_gemm_bf16bf16f32(int, int, int, int, int, int, float, const uint16_t *, int, const uint16_t *, int,
                                   float, float *, int);
extern void sgemm_(const char *, const char *, const int *, const int *, const int *, const float *, const float *,
                   const int *, const float *, const int *, const float *, float *, const int *);

// Room for the two factors of a product, which grows and stays; each thread has its own.
static __thread struct {
  uint16_t *values;
  size_t size;
} room[2];

// The factor of rows x columns numbers, rounded to the nearest bfloat16; NULL when there is no memory.
static const uint16_t *rounded(int which, const float *x, int rows, int columns, int stride) {
  size_t size = ((size_t)rows * columns + 31) & ~(size_t)31;
  if (room[which].size < size) {
    free(room[which].values);
    room[which].values = aligned_alloc(64, size * sizeof(uint16_t));
    room[which].size = room[which].values ? size : 0;
    if (!room[which].values) return NULL;
  }
  uint16_t *out = room[which].values;
  for (int row = 0; row < rows; row++, x += stride) {
    int i = 0;
    for (; i + 32 <= columns; i += 32, out += 32) {
      __m512bh pair = _mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + i + 16), _mm512_loadu_ps(x + i));
      _mm512_storeu_si512(out, (__m512i)pair);
    }
    while (i < columns) {
      int left = columns - i < 16 ? columns - i : 16;
      __mmask16 mask = (__mmask16)((1u << left) - 1);
      __m256bh some = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, x + i));
      _mm256_mask_storeu_epi16(out, mask, (__m256i)some);
      i += left;
      out += left;
    }
  }
  return room[which].values;
}

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha, const float *a, int lda,
                 const float *b, int ldb, float beta, float *c, int ldc) {
  int plain_a = transpose_a == NO_TRANSPOSE, plain_b = transpose_b == NO_TRANSPOSE;
  int wide = k <= SHALLOW && (double)m * n > WIDE;
  if (order == ROW_MAJOR && (double)m * n * k >= LEAST && !wide) {
    int columns_a = plain_a ? k : m, columns_b = plain_b ? n : k;
    const uint16_t *rounded_a = rounded(0, a, plain_a ? m : k, columns_a, lda);
    const uint16_t *rounded_b = rounded(1, b, plain_b ? k : n, columns_b, ldb);
    if (rounded_a && rounded_b) {
      cblas_gemm_bf16bf16f32(order, transpose_a, transpose_b, m, n, k, alpha, rounded_a, columns_a, rounded_b,
                             columns_b, beta, c, ldc);
      return;
    }
  }
  // Rows are the columns of the transposed product: B' A' in place of A B; by columns, it is as it was asked for.
  const char as_a = plain_a ? 'N' : 'T', as_b = plain_b ? 'N' : 'T';
  if (order == ROW_MAJOR) sgemm_(&as_b, &as_a, &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
  else sgemm_(&as_a, &as_b, &m, &n, &k, &alpha, a, &lda, b, &ldb, &beta, c, &ldc);
}

// A training's threads are its own.
__attribute__((constructor)) static void begin(void) { MKL_Set_Threading_Layer(SEQUENTIAL); }
