// A sample for the layering test; see ../check.
#include <qcustomplot.h>
