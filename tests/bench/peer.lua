-- SPDX-License-Identifier: Apache-2.0
-- The workload in Lua: a function for each rule, versions as numbers, PCRE2
-- with its JIT for patterns.
--
--   lua5.4 peer.lua check PACK.lua SNAPSHOTS          the rules that hold
--   lua5.4 peer.lua warm PACK.lua SNAPSHOTS PASSES    times, one line of JSON

local json = require "cjson"
local pcre2 = require "rex_pcre2"

local mode, pack, snapshots, passes = arg[1], arg[2], arg[3], arg[4]
local rules, patterns, compiled, numbers = {}, {}, {}, {}

local function version(text)
    local number = numbers[text]
    if not number then
        local first, second, third = text:match("^(%d+)%.(%d+)%.(%d+)$")
        number = first * 10 ^ 10 + second * 10 ^ 5 + third
        numbers[text] = number
    end
    return number
end

local function any(list, condition)
    for i = 1, #list do
        if condition(list[i]) then return true end
    end
    return false
end

local function matches(ix, lines)
    local pattern = compiled[ix]
    for i = 1, #lines do
        if pattern:find(lines[i]) then return true end
    end
    return false
end

local start = os.clock()
assert(loadfile(pack))(rules, version, any, matches, patterns)
for i = 1, #patterns do
    compiled[i] = pcre2.new(patterns[i])
    compiled[i]:jit_compile()
end
local compile_seconds = os.clock() - start

local machines = {}
for line in io.lines(snapshots) do
    machines[#machines + 1] = json.decode(line)
end

local matched = {}

local function evaluate(facts)
    local count = 0
    for i = 1, #rules do
        if rules[i].when(facts) then
            count = count + 1
            matched[count] = rules[i]
        end
    end
    return count
end

if mode == "check" then
    for i = 1, #machines do
        local count = evaluate(machines[i])
        local line = { tostring(i - 1) }
        for k = 1, count do line[k + 1] = matched[k].id end
        print(table.concat(line, " "))
    end
    return
end

local best = math.huge
for _ = 1, tonumber(passes or 5) do
    local began = os.clock()
    for i = 1, #machines do evaluate(machines[i]) end
    best = math.min(best, os.clock() - began)
end
print(string.format(
    '{"peer":"lua5.4","rules":%d,"snapshots":%d,"compile_us":%.3f,' ..
    '"warm_ns":%.1f}', #rules, #machines, compile_seconds / #rules * 1e6,
    best / (#rules * #machines) * 1e9))
