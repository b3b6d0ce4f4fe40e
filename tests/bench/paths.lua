-- SPDX-License-Identifier: EUPL-1.2
-- wrk asks for the addresses in the file PATHS one after the other, each thread from its own start.
local requests = {}
local at = 0
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init()
    for path in io.lines(os.getenv("PATHS")) do
        requests[#requests + 1] = wrk.format("GET", path)
    end
    at = number * math.floor(#requests / 2)
end

function request()
    at = at % #requests + 1
    return requests[at]
end
