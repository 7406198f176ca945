/** Files for vim and neovim: which files are ours, their colours, and in neovim the language server. */
import type { EditorWords } from './words.ts';

/** The files by their paths below a runtime folder; those of `lua` and `ftplugin/*.lua` are for neovim alone. */
export function vimFiles(words: EditorWords): Readonly<Record<string, string>> {
  return {
    'ftdetect/ftpwall.vim': detection(words),
    'syntax/ftpwall.vim': syntax(words),
    'ftplugin/ftpwall.vim': plugin,
    'ftplugin/ftpwall.lua': neovimPlugin,
    'lua/ftpwall.lua': neovim,
  };
}

function detection({ files, settingsFiles }: EditorWords): string {
  return `" The files of a folder with a settings file of ftpwall or Shorewall, and those that they include from a folder in it.
function! s:Detect() abort
  let l:folder = expand('<afile>:p:h')
  for l:level in range(4)
    for l:name in ['${settingsFiles.join("', '")}']
      if filereadable(l:folder . '/' . l:name)
        setlocal filetype=ftpwall
        return
      endif
    endfor
    let l:folder = fnamemodify(l:folder, ':h')
  endfor
endfunction

augroup ftpwall_detect
  autocmd!
  autocmd BufNewFile,BufRead ${settingsFiles.join(',')} setlocal filetype=ftpwall
  autocmd BufNewFile,BufRead ${files.join(',')},macro.*,action.*,*.d/* call s:Detect()
augroup END
`;
}

function syntax({ targets, macros, options, settings, directives }: EditorWords): string {
  const words = (names: readonly string[]) => names.filter((name) => /^\w+$/.test(name)).join(' ');
  return `" Colours of ftpwall's configuration files. Made from the tables of the language.
if exists('b:current_syntax')
  finish
endif
syntax case match
syntax iskeyword @,48-57,_
syntax keyword ftpwallTarget ${words(targets)}
syntax keyword ftpwallMacro ${words(macros)}
syntax keyword ftpwallSetting ${words(settings)}
syntax keyword ftpwallOption ${words(options)} contained
syntax match ftpwallOptions /\\s\\zs\\l[[:alnum:]_]*\\%([,=]\\S*\\)\\?\\ze\\s*\\%(#.*\\)\\?$/ contains=ftpwallOption,ftpwallNumber
syntax match ftpwallDirective /^\\s*?\\%(${directives.join('\\|')}\\)\\>/
syntax match ftpwallDirective /^\\s*\\%(INCLUDE\\|SECTION\\|FORMAT\\|COMMENT\\)\\>/
syntax match ftpwallVariable /\\$\\%(\\w\\+\\|{\\w\\+}\\)/
syntax match ftpwallNumber /\\<\\d\\+\\>/
syntax match ftpwallAddress /\\<\\d\\{1,3}\\%(\\.\\d\\{1,3}\\)\\{3}\\%(\\/\\d\\+\\)\\?/
syntax match ftpwallComment /#.*/ contains=@Spell
highlight default link ftpwallTarget Statement
highlight default link ftpwallMacro Function
highlight default link ftpwallSetting Identifier
highlight default link ftpwallOption Type
highlight default link ftpwallDirective PreProc
highlight default link ftpwallVariable Identifier
highlight default link ftpwallNumber Number
highlight default link ftpwallAddress Constant
highlight default link ftpwallComment Comment
let b:current_syntax = 'ftpwall'
`;
}

const plugin = `" How lines of ftpwall's configuration files are edited.
if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1
setlocal comments=:# commentstring=#\\ %s tabstop=8 noexpandtab
let b:undo_ftplugin = 'setlocal comments< commentstring< tabstop< expandtab<'
`;

const neovimPlugin = `-- The language server, unless somebody does not want it: let g:ftpwall_no_lsp = 1
if vim.g.ftpwall_no_lsp == nil then
  require('ftpwall').start(vim.api.nvim_get_current_buf())
end
`;

const neovim = `-- Starts the language server of ftpwall: one for each configuration folder. For neovim 0.7 and later.
local M = {}
local clients = {}

-- The folder with the settings file, or that of the file.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, ':h')
  local at = folder
  for _ = 1, 4 do
    for _, name in ipairs({ 'ftpwall.conf', 'shorewall.conf', 'shorewall6.conf' }) do
      if vim.fn.filereadable(at .. '/' .. name) == 1 then
        return at
      end
    end
    at = vim.fn.fnamemodify(at, ':h')
  end
  return folder
end

function M.start(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == '' or vim.bo[buffer].buftype ~= '' or vim.fn.executable('ftpwall') == 0 then
    return
  end
  local root = root_of(path)
  if clients[root] == nil then
    clients[root] = vim.lsp.start_client({
      name = 'ftpwall',
      cmd = { 'ftpwall', 'lsp' },
      root_dir = root,
      init_options = vim.g.ftpwall_init_options or vim.empty_dict(),
      on_exit = function()
        clients[root] = nil
      end,
    })
  end
  if clients[root] ~= nil then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

return M
`;
