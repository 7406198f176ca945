-- Drives neovim 0.7 without a screen: opens a file, waits for the server, and writes what came of it as JSON.
local out = {}

local function wait_for(what, ready)
  if not vim.wait(120000, ready, 20) then
    error('nothing came of ' .. what)
  end
end

local function run()
  vim.cmd('edit ' .. vim.env.TEST_FILE)
  out.filetype = vim.bo.filetype
  wait_for('diagnostics', function() return #vim.diagnostic.get(0) > 0 end)
  out.diagnostics = vim.tbl_map(function(each)
    return { line = each.lnum, from = each.col, to = each.end_col, code = each.user_data.lsp.code, severity = each.severity }
  end, vim.diagnostic.get(0))
  local function ask(method, line, column, more)
    vim.api.nvim_win_set_cursor(0, { line + 1, column })
    local params = vim.tbl_extend('force', vim.lsp.util.make_position_params(), more or {})
    local answers = vim.lsp.buf_request_sync(0, method, params, 120000)
    for _, answer in pairs(answers or {}) do
      return answer.result
    end
  end
  local last = vim.api.nvim_buf_line_count(0) - 1
  -- A line that is never reached, while typing.
  vim.api.nvim_buf_set_lines(0, last, last + 1, false, { 'ACCEPT net dmz tcp 2222', 'ACCEPT net dmz tcp 2222' })
  wait_for('the dead line', function()
    return #vim.tbl_filter(function(each) return each.user_data.lsp.code == 'rule-never-reached' end, vim.diagnostic.get(0)) > 0
  end)
  out.dead = vim.diagnostic.get(0)[1].lnum - last
  out.hover = ask('textDocument/hover', last, 8).contents.value
  local labels = vim.tbl_map(function(each) return each.label end, ask('textDocument/completion', last, 12))
  out.completes = vim.tbl_contains(labels, 'dmz')
  out.definition = ask('textDocument/definition', last, 12)[1].uri
  out.references = #ask('textDocument/references', last, 12, { context = { includeDeclaration = true } })
  vim.lsp.buf.formatting_sync({}, 120000)
  out.formatted = vim.api.nvim_buf_get_lines(0, last, last + 1, false)[1]
  -- Renaming opens the other files and changes them.
  local edit = ask('textDocument/rename', last, 15, { newName = 'wan' })
  vim.lsp.util.apply_workspace_edit(edit, 'utf-16')
  vim.cmd('wall')
  local client = vim.lsp.get_active_clients()[1]
  client.stop()
  wait_for('the end', function() return client.is_stopped() end)
end

local ok, reason = pcall(run)
if not ok then
  out.failed = reason
end
vim.fn.writefile({ vim.json.encode(out) }, vim.env.TEST_RESULT)
vim.cmd('qall!')
