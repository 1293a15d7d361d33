// A sample for the layering test; see ../../check.
#include "capture/protocol.h"
#include "capture/symbols/elffile.h"
