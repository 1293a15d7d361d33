// A sample for the layering test; see ../check.
#include "model/io/tracefile.h"
#include <zstd.h>
