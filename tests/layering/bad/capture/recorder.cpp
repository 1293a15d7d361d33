// A sample for the layering test; see ../check.
#include "model/index/index.h"
#include "model/base/types.h"
