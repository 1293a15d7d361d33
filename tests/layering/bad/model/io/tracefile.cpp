// A sample for the layering test; see ../check.
#include "app/mainwindow.h"
#include "tracefile.h"
#include "../base/types.h"
#include <model/base/types.h>
#include <zstd.h>
#include <vector>
