// A sample for the layering test; see ../check.
#include "model/io/tracefile.h"
#include "capture/client.h"
#include "model/qt/viewstate.h"
#include <QWidget>
#include <qcustomplot.h>
#include "lanes.moc"
