// A sample for the layering test; see ../../check.
#include "capture/symbols/elffile.h"
#include "capture/protocol.h"
