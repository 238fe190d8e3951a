-- Each request of wrk's submits one entry with an id of its own.

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(arguments)
  token, run, count, failed = arguments[1], arguments[2], 0, 0
  fields = {["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/x-ndjson"}
end

function request()
  count = count + 1
  local id = "load-" .. run .. "-" .. number .. "-" .. count
  return wrk.format("POST", "/api/v1/entries", fields,
    '{"type":"claim","id":"' .. id .. '","actor":"office","organisation":"org-kindred",' ..
    '"programme":"prog-kindred","measure":"jobs","quantity":"1.5","from":"2022-05-01",' ..
    '"to":"2022-05-31","evidence":[]}\n')
end
