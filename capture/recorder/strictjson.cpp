// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "capture/recorder/strictjson.h"

#include <algorithm>
#include <limits>

namespace thresher::capture {

StrictObject::StrictObject(const Json &json, std::string path)
    : m_json(json)
    , m_path(std::move(path))
{
    if (!json.is_object())
        reject(Refusal{m_path, "An object was expected.", {}, -1});
}

std::string StrictObject::pathOf(std::string_view key) const
{
    return m_path + "/" + std::string(key);
}

void StrictObject::reject(std::string_view key, std::string text)
{
    reject(Refusal{pathOf(key), std::move(text), {}, -1});
}

void StrictObject::reject(Refusal refusal)
{
    if (!m_refusal)
        m_refusal = std::move(refusal);
}

const Json *StrictObject::any(const char *key)
{
    m_known.insert(key);
    if (m_refusal)
        return nullptr;
    const auto found = m_json.find(key);
    return found == m_json.end() ? nullptr : &*found;
}

const Json *StrictObject::array(const char *key, std::size_t maxCount)
{
    const Json *json = any(key);
    if (json == nullptr)
        return nullptr;
    if (!json->is_array())
        reject(key, "A list was expected.");
    else if (json->size() > maxCount)
        reject(key, "There may be at most " + std::to_string(maxCount) + " of these.");
    return isOk() ? json : nullptr;
}

const Json *StrictObject::object(const char *key)
{
    const Json *json = any(key);
    if (json != nullptr && !json->is_object())
        reject(key, "An object was expected.");
    return isOk() ? json : nullptr;
}

std::optional<std::int64_t> StrictObject::number(const Json &json, std::string_view key,
                                                 std::int64_t min, std::int64_t max)
{
    // What is beyond int64 is beyond every range that is asked for, too.
    const auto *natural = json.get_ptr<const Json::number_unsigned_t *>();
    const auto *integer = json.get_ptr<const Json::number_integer_t *>();
    std::optional<std::int64_t> value;
    if (natural != nullptr) {
        if (*natural <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            value = static_cast<std::int64_t>(*natural);
    } else if (integer != nullptr) {
        value = *integer;
    }
    if (value && *value >= min && *value <= max)
        return value;
    reject(key, "A whole number from " + std::to_string(min) + " to " + std::to_string(max)
                    + " was expected.");
    return std::nullopt;
}

bool StrictObject::text(const Json &json, std::string_view key, std::size_t maxBytes,
                        std::string &value)
{
    const auto *string = json.get_ptr<const Json::string_t *>();
    if (string == nullptr) {
        reject(key, "A string was expected.");
    } else if (string->size() > maxBytes) {
        reject(key, "This is longer than " + std::to_string(maxBytes) + " bytes.");
    } else if (std::any_of(string->begin(), string->end(),
                           [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; })) {
        // A line's end would begin another command in most files of tracing.
        reject(key, "Control characters may not stand here.");
    } else {
        value = *string;
        return true;
    }
    return false;
}

void StrictObject::take(const char *key, bool &value)
{
    const Json *json = any(key);
    if (json == nullptr)
        return;
    if (const auto *boolean = json->get_ptr<const Json::boolean_t *>())
        value = *boolean;
    else
        reject(key, "true or false was expected.");
}

void StrictObject::take(const char *key, std::string &value, std::size_t maxBytes)
{
    if (const Json *json = any(key))
        static_cast<void>(text(*json, key, maxBytes, value));
}

void StrictObject::take(const char *key, std::uint64_t &value, std::uint64_t min, std::uint64_t max)
{
    if (const Json *json = any(key))
        if (const auto n = number(*json, key, static_cast<std::int64_t>(min),
                                  static_cast<std::int64_t>(max)))
            value = static_cast<std::uint64_t>(*n);
}

void StrictObject::take(const char *key, std::uint32_t &value, std::uint32_t min, std::uint32_t max)
{
    if (const Json *json = any(key))
        if (const auto n = number(*json, key, min, max))
            value = static_cast<std::uint32_t>(*n);
}

void StrictObject::take(const char *key, std::int32_t &value, std::int32_t min, std::int32_t max)
{
    if (const Json *json = any(key))
        if (const auto n = number(*json, key, min, max))
            value = static_cast<std::int32_t>(*n);
}

void StrictObject::take(const char *key, std::vector<std::string> &value, std::size_t maxCount,
                        std::size_t maxBytes)
{
    const Json *json = array(key, maxCount);
    if (json == nullptr)
        return;
    for (const Json &element : *json) {
        std::string string;
        if (!text(element, std::string(key) + "/" + std::to_string(value.size()), maxBytes, string))
            return;
        value.push_back(std::move(string));
    }
}

Checked<void> StrictObject::finish()
{
    if (!m_refusal)
        for (auto it = m_json.begin(); it != m_json.end(); ++it)
            if (!m_known.contains(it.key())) {
                reject(it.key(), "This key is not known.");
                break;
            }
    if (m_refusal)
        return tl::unexpected<Refusal>(*m_refusal);
    return {};
}

Checked<Json> parseObject(std::string_view text)
{
    Json json = Json::parse(text.begin(), text.end(), nullptr, false);
    if (json.is_discarded())
        return refuse("", "This is no JSON.");
    if (!json.is_object())
        return refuse("", "An object was expected.");
    return json;
}

Json describe(const Refusal &refusal)
{
    Json json{{"text", refusal.text}};
    if (!refusal.kernel.empty())
        json["kernel"] = refusal.kernel;
    if (!refusal.kernel.empty() || refusal.caret >= 0)
        json["caret"] = refusal.caret;
    return json;
}

} // namespace thresher::capture
