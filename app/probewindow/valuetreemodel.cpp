// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/probewindow/valuetreemodel.h"

#include "app/windowparts.h"
#include "capture/probes/callprobe.h"
#include "widgets/theme.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace thresher::ui {

using namespace capture;

namespace {

constexpr std::uint64_t kMostElements = 64; ///< Of an array, that are listed.
constexpr int kMostUnnamed = 8; ///< Unnamed members in each other.
const std::string kReturned = "ret";

} // namespace

struct ValueTreeModel::Node
{
    enum class Kind : std::uint8_t { Heading, Value, Duration };
    Kind kind = Kind::Value;
    Node *parent = nullptr;
    int row = 0;
    QString label;
    std::string value; ///< As of a draft.
    QString type;
    TypeId typeId = kVoidType;
    std::optional<ValueOffer> offer; ///< None: it cannot be had.
    QString whyNot;
    bool unfolds = false;
    bool isRead = false; ///< The children are there.
    std::vector<std::unique_ptr<Node>> children;
};

ValueTreeModel::ValueTreeModel(QObject *parent)
    : QAbstractItemModel(parent)
{}

ValueTreeModel::~ValueTreeModel() = default;

void ValueTreeModel::setSubject(std::optional<ProbeSubject> subject)
{
    beginResetModel();
    m_sections.clear();
    m_values.clear();
    m_subject = std::move(subject);
    m_withReturn = m_subject && m_subject->returns;
    if (m_subject) {
        Node &entry = addSection(m_subject->returns                           ? tr("AT ENTRY")
                                 : m_subject->place.kind == ProbeKind::Eprobe ? tr("FIELDS")
                                                                              : tr("KNOWN HERE"));
        for (const DescribedValue &each : m_subject->description.parameters)
            addRoot(entry, each);
        if (entry.children.empty()) {
            auto none = std::make_unique<Node>();
            none->parent = &entry;
            none->label = m_subject->returns ? tr("no parameters") : tr("nothing");
            none->isRead = true;
            none->kind = Node::Kind::Heading;
            entry.children.push_back(std::move(none));
        }
        if (m_subject->returns) {
            Node &exit = addSection(tr("AT RETURN"));
            auto duration = std::make_unique<Node>();
            duration->kind = Node::Kind::Duration;
            duration->parent = &exit;
            duration->label = tr("duration");
            duration->type = tr("from entry to return");
            duration->isRead = true;
            exit.children.push_back(std::move(duration));
            addRoot(exit, m_subject->description.result);
        }
    }
    endResetModel();
}

ValueTreeModel::Node &ValueTreeModel::addSection(const QString &title)
{
    auto section = std::make_unique<Node>();
    section->kind = Node::Kind::Heading;
    section->row = static_cast<int>(m_sections.size());
    section->label = title;
    section->unfolds = true;
    section->isRead = true;
    m_sections.push_back(std::move(section));
    return *m_sections.back();
}

void ValueTreeModel::addRoot(Node &section, const DescribedValue &described)
{
    auto node = std::make_unique<Node>();
    node->parent = &section;
    node->row = static_cast<int>(section.children.size());
    const bool isReturned = &described == &m_subject->description.result;
    node->label = isReturned ? tr("return value") : fromUtf8(described.name);
    node->value = isReturned ? kReturned : described.name;
    node->type = fromUtf8(described.type);
    node->typeId = described.typeId;
    auto offer = offerOf(*m_subject, node->value);
    // Without a type nothing is returned, as far as there is a signature.
    const bool isVoid = isReturned && described.type.empty()
                        && !m_subject->description.signature.empty();
    if (isVoid)
        node->whyNot = tr("nothing is returned");
    else if (offer)
        node->offer = *std::move(offer);
    else
        node->whyNot = fromUtf8(offer.error().what);
    node->unfolds = m_subject->types && described.place.isKnown() && !isVoid
                    && canUnfold(described.typeId);
    node->isRead = !node->unfolds;
    section.children.push_back(std::move(node));
}

bool ValueTreeModel::canUnfold(TypeId type) const
{
    const TypeSource &types = *m_subject->types;
    const TypeInfo info = types.info(type);
    switch (info.kind) {
    case TypeKind::Struct:
    case TypeKind::Union:
        return true;
    case TypeKind::Array:
        return info.count > 0 && !types.info(info.target).isCharacter;
    case TypeKind::Pointer: {
        const TypeInfo target = types.info(info.target);
        if (info.isOtherText || target.isCharacter)
            return false;
        return target.kind != TypeKind::Void && target.kind != TypeKind::Function
               && target.kind != TypeKind::Unknown && target.size > 0;
    }
    default:
        return false;
    }
}

std::vector<std::unique_ptr<ValueTreeModel::Node>> ValueTreeModel::membersOf(Node &node) const
{
    std::vector<std::unique_ptr<Node>> nodes;
    if (!m_subject || !m_subject->types)
        return nodes;
    const TypeSource &types = *m_subject->types;
    TypeInfo info = types.info(node.typeId);
    TypeId type = node.typeId;
    std::string link = ".";
    if (info.kind == TypeKind::Pointer) {
        type = info.target;
        const TypeInfo target = types.info(type);
        if (target.kind != TypeKind::Struct && target.kind != TypeKind::Union) {
            nodes.push_back(memberNode(node, u'*' + node.label, node.value + "[0]", type));
            return nodes;
        }
        link = "->";
    } else if (info.kind == TypeKind::Array) {
        for (std::uint64_t i = 0; i < std::min(info.count, kMostElements); ++i) {
            nodes.push_back(memberNode(node, u"[%1]"_s.arg(i),
                                       node.value + '[' + std::to_string(i) + ']', info.target));
        }
        return nodes;
    }
    addMembers(node, node.value + link, type, nodes, 0);
    return nodes;
}

/// Members of an unnamed one are its parent's.
void ValueTreeModel::addMembers(Node &parent, const std::string &path, TypeId type,
                                std::vector<std::unique_ptr<Node>> &nodes, int depth) const
{
    if (depth > kMostUnnamed)
        return;
    for (const TypeMember &member : m_subject->types->members(type)) {
        if (member.name.empty())
            addMembers(parent, path, member.type, nodes, depth + 1);
        else
            nodes.push_back(
                memberNode(parent, fromUtf8(member.name), path + member.name, member.type));
    }
}

std::unique_ptr<ValueTreeModel::Node>
ValueTreeModel::memberNode(Node &parent, const QString &label, std::string value, TypeId type) const
{
    auto node = std::make_unique<Node>();
    node->parent = &parent;
    node->label = label;
    node->value = std::move(value);
    node->typeId = type;
    node->type = fromUtf8(m_subject->types->name(type));
    if (auto offer = offerOf(*m_subject, node->value))
        node->offer = *std::move(offer);
    else
        node->whyNot = fromUtf8(offer.error().what);
    node->unfolds = canUnfold(type);
    node->isRead = !node->unfolds;
    return node;
}

ValueTreeModel::Node *ValueTreeModel::nodeOf(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Node *>(index.internalPointer()) : nullptr;
}

QModelIndex ValueTreeModel::indexOf(const Node &node, int column) const
{
    return createIndex(node.row, column, &node);
}

QModelIndex ValueTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    const Node *const above = nodeOf(parent);
    const auto &nodes = above != nullptr ? above->children : m_sections;
    return createIndex(row, column, nodes[static_cast<std::size_t>(row)].get());
}

QModelIndex ValueTreeModel::parent(const QModelIndex &child) const
{
    const Node *const node = nodeOf(child);
    return node != nullptr && node->parent != nullptr ? indexOf(*node->parent) : QModelIndex();
}

int ValueTreeModel::rowCount(const QModelIndex &parent) const
{
    if (parent.column() > 0)
        return 0;
    const Node *const node = nodeOf(parent);
    return static_cast<int>(node != nullptr ? node->children.size() : m_sections.size());
}

int ValueTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

bool ValueTreeModel::hasChildren(const QModelIndex &parent) const
{
    if (parent.column() > 0)
        return false;
    const Node *const node = nodeOf(parent);
    if (node == nullptr)
        return !m_sections.empty();
    return node->isRead ? !node->children.empty() : node->unfolds;
}

bool ValueTreeModel::canFetchMore(const QModelIndex &parent) const
{
    const Node *const node = nodeOf(parent);
    return node != nullptr && parent.column() == 0 && !node->isRead;
}

void ValueTreeModel::fetchMore(const QModelIndex &parent)
{
    Node *const node = nodeOf(parent);
    if (node == nullptr || node->isRead)
        return;
    auto members = membersOf(*node);
    node->isRead = true;
    if (members.empty()) {
        Q_EMIT dataChanged(parent, parent); // It has none after all.
        return;
    }
    for (std::size_t i = 0; i < members.size(); ++i)
        members[i]->row = static_cast<int>(i);
    beginInsertRows(parent, 0, static_cast<int>(members.size()) - 1);
    node->children = std::move(members);
    endInsertRows();
}

const DraftValue *ValueTreeModel::tickOf(const Node &node) const
{
    const auto found = std::find_if(m_values.begin(), m_values.end(), [&](const DraftValue &each) {
        return each.value == node.value;
    });
    return node.kind != Node::Kind::Value || found == m_values.end() ? nullptr : &*found;
}

QString ValueTreeModel::formatOf(const Node &node) const
{
    if (!node.offer)
        return {};
    const DraftValue *const ticked = tickOf(node);
    return fromUtf8(ticked == nullptr || ticked->format.empty() ? node.offer->formats.front()
                                                                : ticked->format);
}

QVariant ValueTreeModel::textOf(const Node &node, int column) const
{
    switch (column) {
    case Value:
        return node.label;
    case Type:
        return node.type;
    case Format: {
        if (node.kind == Node::Kind::Duration)
            return tr("ns");
        if (node.offer)
            return node.offer->argument.type.isBitField()
                       ? tr("%1 bits").arg(node.offer->argument.type.bitWidth)
                       : formatOf(node);
        return node.unfolds ? QString() : node.whyNot;
    }
    default:
        return {};
    }
}

QVariant ValueTreeModel::data(const QModelIndex &index, int role) const
{
    const Node *const node = nodeOf(index);
    if (node == nullptr)
        return {};
    const bool isHeading = node->kind == Node::Kind::Heading;
    const bool isDuration = node->kind == Node::Kind::Duration;
    switch (role) {
    case Qt::DisplayRole:
        return textOf(*node, index.column());
    case Qt::CheckStateRole:
        if (index.column() != Value || isHeading || (!isDuration && !node->offer))
            return {};
        return (isDuration ? m_withReturn : tickOf(*node) != nullptr) ? Qt::Checked : Qt::Unchecked;
    case Qt::ToolTipRole:
        if (isHeading)
            return {};
        if (isDuration)
            return tr("Entry and return pair into one slice: duration, arguments and result "
                      "together");
        if (!node->whyNot.isEmpty() && !node->offer)
            return QString(fromUtf8(node->value) + u": "_s + node->whyNot);
        return QString(node->type + u' ' + fromUtf8(node->value)).trimmed();
    case Qt::FontRole:
        if (isHeading)
            return fonts().heading;
        return index.column() == Value ? fonts().mono : fonts().monoSmall;
    case HeadingRole:
        return isHeading;
    case WhyNotRole:
        return node->offer || isDuration || node->unfolds ? QString() : node->whyNot;
    case FormatsRole: {
        QStringList formats;
        if (node->offer && !node->offer->argument.type.isBitField()) {
            for (const std::string &each : node->offer->formats)
                formats << fromUtf8(each);
        }
        return formats;
    }
    default:
        return {};
    }
}

QVariant ValueTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Value ? tr("Value") : section == Type ? tr("Type") : tr("Recorded as");
}

Qt::ItemFlags ValueTreeModel::flags(const QModelIndex &index) const
{
    const Node *const node = nodeOf(index);
    if (node == nullptr)
        return Qt::NoItemFlags;
    Qt::ItemFlags flags = Qt::ItemIsEnabled;
    if (node->kind == Node::Kind::Heading)
        return flags;
    flags |= Qt::ItemIsSelectable;
    const bool canTick = node->offer || node->kind == Node::Kind::Duration;
    if (index.column() == Value && canTick)
        flags |= Qt::ItemIsUserCheckable;
    return flags;
}

bool ValueTreeModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const Node *const node = nodeOf(index);
    if (node == nullptr)
        return false;
    if (role == Qt::CheckStateRole && flags(index).testFlag(Qt::ItemIsUserCheckable)) {
        tick(*node, value.toInt() == Qt::Checked);
        return true;
    }
    if (role != Qt::EditRole || index.column() != Format || !node->offer)
        return false;
    const std::string format = value.toString().toStdString();
    const auto &formats = node->offer->formats;
    if (std::find(formats.begin(), formats.end(), format) == formats.end())
        return false;
    if (tickOf(*node) == nullptr)
        m_values.push_back({node->value, {}, {}}); // Who chooses how, wants it.
    for (DraftValue &each : m_values) {
        if (each.value == node->value)
            each.format = format == formats.front() ? std::string() : format;
    }
    if (dividedValue(node->value).first == kReturned && m_subject->returns)
        m_withReturn = true;
    tellChanged(*node);
    return true;
}

void ValueTreeModel::tick(const Node &node, bool isOn)
{
    const auto isReturned = [this](const std::string &value) {
        const auto name = dividedValue(value).first;
        const auto &parameters = m_subject->description.parameters;
        return m_subject->returns && name == kReturned
               && std::none_of(parameters.begin(), parameters.end(),
                               [&](const DescribedValue &each) { return each.name == name; });
    };
    if (node.kind == Node::Kind::Duration) {
        m_withReturn = isOn;
        // What is returned cannot be had without the return.
        if (!isOn)
            std::erase_if(m_values, [&](const DraftValue &each) { return isReturned(each.value); });
        tellChanged(node);
        return;
    }
    std::erase_if(m_values, [&](const DraftValue &each) { return each.value == node.value; });
    if (isOn) {
        m_values.push_back({node.value, {}, {}});
        m_withReturn = m_withReturn || isReturned(node.value);
    }
    tellChanged(node);
}

void ValueTreeModel::tellChanged(const Node &node)
{
    Q_EMIT dataChanged(indexOf(node), indexOf(node, Format));
    if (m_sections.size() > 1)
        tellAllChanged(indexOf(*m_sections.back()));
    Q_EMIT valuesChanged();
}

void ValueTreeModel::tellAllChanged(const QModelIndex &parent)
{
    const int rows = rowCount(parent);
    if (rows == 0)
        return;
    Q_EMIT dataChanged(index(0, 0, parent), index(rows - 1, Format, parent));
    for (int row = 0; row < rows; ++row)
        tellAllChanged(index(row, 0, parent));
}

void ValueTreeModel::setValues(std::vector<DraftValue> values, bool withReturn)
{
    if (m_subject) {
        std::erase_if(values,
                      [&](const DraftValue &each) { return !offerOf(*m_subject, each.value); });
    }
    m_values = std::move(values);
    m_withReturn = withReturn && m_subject && m_subject->returns;
    for (const DraftValue &each : m_values)
        static_cast<void>(reveal(each.value));
    tellAllChanged({});
}

QModelIndex ValueTreeModel::reveal(const std::string &value)
{
    // A step at a time: each way begins with the one before it.
    Node *best = nullptr;
    std::vector<std::unique_ptr<Node>> *level = nullptr;
    for (const auto &section : m_sections) {
        level = &section->children;
        while (level != nullptr) {
            Node *next = nullptr;
            for (const auto &each : *level) {
                const bool isOnWay = each->kind == Node::Kind::Value
                                     && value.starts_with(each->value)
                                     && (each->value.size() == value.size()
                                         || std::string_view(".-[").find(value[each->value.size()])
                                                != std::string_view::npos);
                if (isOnWay)
                    next = each.get();
            }
            level = nullptr;
            if (next == nullptr)
                break;
            if (next->value == value)
                return indexOf(*next);
            best = next;
            fetchMore(indexOf(*best));
            level = &best->children;
        }
    }
    return {};
}

std::string ValueTreeModel::valueOf(const QModelIndex &index) const
{
    const Node *const node = nodeOf(index);
    return node != nullptr ? node->value : std::string();
}

} // namespace thresher::ui
